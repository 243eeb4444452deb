DROP INDEX "log_lines_at";--> statement-breakpoint
ALTER TABLE "log_lines" ALTER COLUMN "service_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "log_lines" ALTER COLUMN "deployment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "log_lines" ADD CONSTRAINT "log_lines_id_at_pk" PRIMARY KEY("id","at");--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "environment_id" text NOT NULL;--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "level" smallint;--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "message" text;--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "attributes" jsonb;--> statement-breakpoint
CREATE INDEX "log_lines_environment" ON "log_lines" USING btree ("environment_id","at","id");