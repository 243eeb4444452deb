CREATE TABLE "runs" (
	"id" text PRIMARY KEY NOT NULL,
	"service_id" text NOT NULL,
	"deployment_id" text NOT NULL,
	"trigger" text NOT NULL,
	"status" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"end_asked_at" timestamp with time zone,
	"end_as" text,
	"exit_code" integer,
	"exit_signal" text,
	"message" text,
	"created_by" text
);
--> statement-breakpoint
CREATE TABLE "build_turns" (
	"project_id" text PRIMARY KEY NOT NULL,
	"turn" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "service_traffic" (
	"service_id" text PRIMARY KEY NOT NULL,
	"last_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "traffic_samples" (
	"deployment_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"requests" integer NOT NULL,
	"failed" integer NOT NULL,
	"buckets" jsonb NOT NULL,
	CONSTRAINT "traffic_samples_deployment_id_at_pk" PRIMARY KEY("deployment_id","at")
);
--> statement-breakpoint
DROP INDEX "ports_deployment";--> statement-breakpoint
ALTER TABLE "ports" ADD COLUMN "workload" text;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "hold" jsonb;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "sleeping_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "woken_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "prepared_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "pause_ms" integer;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "harm" jsonb;--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "part" text;--> statement-breakpoint
ALTER TABLE "workloads" ADD COLUMN "role" text DEFAULT 'service' NOT NULL;--> statement-breakpoint
ALTER TABLE "workloads" ADD COLUMN "part" text DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "runs_due" ON "runs" USING btree ("service_id","due_at") WHERE "runs"."trigger" = 'schedule';--> statement-breakpoint
CREATE INDEX "runs_service" ON "runs" USING btree ("service_id","due_at");--> statement-breakpoint
CREATE INDEX "runs_open" ON "runs" USING btree ("service_id") WHERE "runs"."status" in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "traffic_samples_at" ON "traffic_samples" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "ports_workload" ON "ports" USING btree ("workload");--> statement-breakpoint
CREATE INDEX "ports_deployment" ON "ports" USING btree ("deployment_id");--> statement-breakpoint
UPDATE "ports" SET "workload" = replace("deployment_id", '_', '-') WHERE "deployment_id" IS NOT NULL;--> statement-breakpoint
UPDATE "services" SET "settings" = '{"preDeployCommand":null,"preDeployTimeoutS":600,"restart":{"policy":"always","limit":10},"replicas":1,"rollout":"overlap","holdS":30,"overlapS":0,"stopGraceS":10,"sleepAfterS":null,"autoDeploy":false,"cron":null,"guard":null}'::jsonb || "settings"
	|| jsonb_build_object('health', '{"command":null,"successes":1,"restartAfterS":180}'::jsonb || ("settings" -> 'health'));--> statement-breakpoint
UPDATE "deployments" SET "spec" = jsonb_set("spec", '{settings}', '{"preDeployCommand":null,"preDeployTimeoutS":600,"restart":{"policy":"always","limit":10},"replicas":1,"rollout":"overlap","holdS":30,"overlapS":0,"stopGraceS":10,"sleepAfterS":null,"autoDeploy":false,"cron":null,"guard":null}'::jsonb || ("spec" -> 'settings')
	|| jsonb_build_object('health', '{"command":null,"successes":1,"restartAfterS":180}'::jsonb || ("spec" -> 'settings' -> 'health')));
