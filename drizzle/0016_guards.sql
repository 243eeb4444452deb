ALTER TABLE "snapshots" ADD COLUMN "deployment_id" text;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "snapshots_deployment" ON "snapshots" USING btree ("deployment_id","volume_id");
--> statement-breakpoint
UPDATE "services" SET "settings" = '{"snapshots": null}'::jsonb || "settings";
--> statement-breakpoint
UPDATE "deployments" SET "spec" = jsonb_set("spec", '{settings}', '{"snapshots": null}'::jsonb || ("spec" -> 'settings'));
