DROP TABLE "traffic_samples" CASCADE;--> statement-breakpoint
ALTER TABLE "metric_series" ADD COLUMN "total" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "metric_series" ADD COLUMN "packed_until" timestamp with time zone;