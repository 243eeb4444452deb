CREATE TABLE "workload_uses" (
	"name" text PRIMARY KEY NOT NULL,
	"service_id" text NOT NULL,
	"deployment_id" text NOT NULL,
	"part" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"memory_bytes" bigint NOT NULL,
	"memory_limit_bytes" bigint,
	"cpu_milli" integer,
	"cpu_limit_milli" integer,
	"pids" integer,
	"pids_limit" integer,
	"received_bytes" bigint,
	"sent_bytes" bigint
);
--> statement-breakpoint
CREATE TABLE "target_storage" (
	"target_id" text PRIMARY KEY NOT NULL,
	"clean_asked_at" timestamp with time zone,
	"at" timestamp with time zone,
	"seen" jsonb
);
--> statement-breakpoint
CREATE TABLE "terminal_tickets" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"workload" text NOT NULL,
	"environment_id" text NOT NULL,
	"service_id" text NOT NULL,
	"deployment_id" text NOT NULL,
	"argv" jsonb,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"session_id" text,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "target_storage" ADD CONSTRAINT "target_storage_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workload_uses_service" ON "workload_uses" USING btree ("service_id");--> statement-breakpoint
CREATE INDEX "workload_uses_deployment" ON "workload_uses" USING btree ("deployment_id");--> statement-breakpoint
CREATE INDEX "terminal_tickets_expires" ON "terminal_tickets" USING btree ("expires_at");