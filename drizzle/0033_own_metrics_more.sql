CREATE TABLE "metric_scrapes" (
	"name" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"service_id" text NOT NULL,
	"part" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"samples" integer NOT NULL,
	"problem" text,
	"left_out" text
);
--> statement-breakpoint
ALTER TABLE "alert_rules" ADD COLUMN "channel_ids" jsonb;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "told_to" jsonb;--> statement-breakpoint
ALTER TABLE "metric_scrapes" ADD CONSTRAINT "metric_scrapes_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "metric_scrapes_environment" ON "metric_scrapes" USING btree ("environment_id");--> statement-breakpoint
CREATE INDEX "metric_scrapes_service" ON "metric_scrapes" USING btree ("service_id");