CREATE TABLE "restores" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"snapshot_id" text,
	"volume_id" text NOT NULL,
	"service_id" text,
	"safety_snapshot_id" text,
	"stopped" jsonb,
	"is_new" boolean NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"message" text,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"step_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "snapshot_plans" (
	"volume_id" text PRIMARY KEY NOT NULL,
	"schedule" text NOT NULL,
	"time_zone" text NOT NULL,
	"keep_count" integer,
	"keep_days" integer,
	"due_at" timestamp with time zone NOT NULL,
	"drill_schedule" text,
	"drill_due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"volume_id" text,
	"service_id" text,
	"source_name" text NOT NULL,
	"engine" text,
	"version" text,
	"trigger" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"message" text,
	"format" text,
	"compression" text,
	"size_bytes" bigint,
	"content_bytes" bigint,
	"sha256" text,
	"proof_asked_at" timestamp with time zone,
	"proven_at" timestamp with time zone,
	"is_proven" boolean,
	"proof" text,
	"is_pinned" boolean DEFAULT false NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "restores" ADD CONSTRAINT "restores_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restores" ADD CONSTRAINT "restores_snapshot_id_snapshots_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."snapshots"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restores" ADD CONSTRAINT "restores_volume_id_volumes_id_fk" FOREIGN KEY ("volume_id") REFERENCES "public"."volumes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restores" ADD CONSTRAINT "restores_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restores" ADD CONSTRAINT "restores_safety_snapshot_id_snapshots_id_fk" FOREIGN KEY ("safety_snapshot_id") REFERENCES "public"."snapshots"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restores" ADD CONSTRAINT "restores_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot_plans" ADD CONSTRAINT "snapshot_plans_volume_id_volumes_id_fk" FOREIGN KEY ("volume_id") REFERENCES "public"."volumes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_volume_id_volumes_id_fk" FOREIGN KEY ("volume_id") REFERENCES "public"."volumes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "restores_volume" ON "restores" USING btree ("volume_id","id");--> statement-breakpoint
CREATE INDEX "restores_environment" ON "restores" USING btree ("environment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "restores_safety" ON "restores" USING btree ("safety_snapshot_id");--> statement-breakpoint
CREATE INDEX "snapshots_environment" ON "snapshots" USING btree ("environment_id","id");--> statement-breakpoint
CREATE INDEX "snapshots_volume" ON "snapshots" USING btree ("volume_id","id");