ALTER TABLE "acme_orders" ADD COLUMN "host" text NOT NULL;--> statement-breakpoint
ALTER TABLE "acme_orders" ADD COLUMN "url" text;--> statement-breakpoint
ALTER TABLE "acme_orders" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "acme_orders" ADD COLUMN "message" text;--> statement-breakpoint
ALTER TABLE "acme_orders" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "acme_orders_domain" ON "acme_orders" USING btree ("domain_id","placed_at");