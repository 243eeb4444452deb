CREATE TABLE "registries" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"name" text NOT NULL,
	"server" text NOT NULL,
	"username" text NOT NULL,
	"password_sealed" text NOT NULL,
	"keeps_builds_in" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen" jsonb
);
--> statement-breakpoint
ALTER TABLE "artifacts" ADD COLUMN "kind" text DEFAULT 'folder' NOT NULL;--> statement-breakpoint
ALTER TABLE "artifacts" ADD COLUMN "image" jsonb;--> statement-breakpoint
ALTER TABLE "artifacts" ADD COLUMN "target_id" text;--> statement-breakpoint
ALTER TABLE "registries" ADD CONSTRAINT "registries_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "registries_name" ON "registries" USING btree ("organization_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "registries_keeps_builds" ON "registries" USING btree ("organization_id") WHERE "registries"."keeps_builds_in" is not null;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
UPDATE "services" SET "settings" = "settings" || '{"build": {"builder": "auto", "dockerfile": null, "stage": null, "args": {}}, "entrypoint": null, "containerPort": null}'::jsonb;
--> statement-breakpoint
UPDATE "deployments" SET "spec" = jsonb_set("spec", '{settings}', ("spec" -> 'settings') || '{"build": {"builder": "auto", "dockerfile": null, "stage": null, "args": {}}, "entrypoint": null, "containerPort": null}'::jsonb);
