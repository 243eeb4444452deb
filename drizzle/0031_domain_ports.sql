ALTER TABLE "domains" ADD COLUMN "redirects_to_primary" boolean NOT NULL;--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "port" integer;--> statement-breakpoint
ALTER TABLE "domains" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "domains_primary" ON "domains" USING btree ("service_id") WHERE "domains"."is_primary";