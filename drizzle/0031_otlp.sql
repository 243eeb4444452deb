CREATE TABLE "otlp_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"key_sealed" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "trace_id" text;--> statement-breakpoint
ALTER TABLE "metric_series" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "metric_series" ADD COLUMN "unit" text;--> statement-breakpoint
ALTER TABLE "metric_series" ADD COLUMN "attributes" text;--> statement-breakpoint
ALTER TABLE "otlp_keys" ADD CONSTRAINT "otlp_keys_id_services_id_fk" FOREIGN KEY ("id") REFERENCES "public"."services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "metric_series_own" ON "metric_series" USING btree ("environment_id","service_id","name") WHERE "metric_series"."name" is not null;