-- The table becomes a partitioned one in three steps: its lines are set aside, its columns change while it is empty (the migration
-- that follows), then it is made anew and the lines come back.
ALTER TABLE "log_lines" RENAME TO "log_lines_before";--> statement-breakpoint
ALTER TABLE "log_lines_before" DROP CONSTRAINT "log_lines_pkey";--> statement-breakpoint
DROP INDEX "log_lines_service", "log_lines_deployment", "log_lines_at";--> statement-breakpoint
CREATE TABLE "log_lines" (LIKE "log_lines_before" INCLUDING DEFAULTS);--> statement-breakpoint
CREATE INDEX "log_lines_service" ON "log_lines" USING btree ("service_id","id");--> statement-breakpoint
CREATE INDEX "log_lines_deployment" ON "log_lines" USING btree ("deployment_id","id");--> statement-breakpoint
CREATE INDEX "log_lines_at" ON "log_lines" USING btree ("at");
