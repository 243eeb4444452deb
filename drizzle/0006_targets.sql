CREATE TABLE "default_targets" (
	"organization_id" text PRIMARY KEY NOT NULL,
	"target_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "targets" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"connection_sealed" text,
	"settings" jsonb DEFAULT '{"publishedAddress":null}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"check_asked_at" timestamp with time zone,
	"seen" jsonb,
	CONSTRAINT "targets_kind" CHECK ("targets"."kind" in ('process', 'docker'))
);
--> statement-breakpoint
INSERT INTO "targets" ("id", "name", "kind") VALUES ('tgt_0000000000000000000001', 'Processes on this machine', 'process');
--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "target_id" text DEFAULT 'tgt_0000000000000000000001' NOT NULL;--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "links_only" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "default_targets" ADD CONSTRAINT "default_targets_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "default_targets" ADD CONSTRAINT "default_targets_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "targets_name" ON "targets" USING btree ("organization_id",lower("name"));--> statement-breakpoint
CREATE INDEX "targets_asked" ON "targets" USING btree ("check_asked_at") WHERE "targets"."check_asked_at" is not null;--> statement-breakpoint
ALTER TABLE "environments" ADD CONSTRAINT "environments_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "environments_target" ON "environments" USING btree ("target_id");
--> statement-breakpoint
UPDATE "services" SET "settings" = "settings" || '{"limits": {"memoryMib": null, "cpuMilli": null, "pids": null}, "readOnly": false}'::jsonb;
--> statement-breakpoint
UPDATE "deployments" SET "spec" = jsonb_set("spec", '{settings}', ("spec" -> 'settings') || '{"limits": {"memoryMib": null, "cpuMilli": null, "pids": null}, "readOnly": false}'::jsonb);