ALTER TABLE "services" ADD COLUMN "exposure" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "ports_public" ON "ports" USING btree ("service_id") WHERE "ports"."purpose" = 'public';