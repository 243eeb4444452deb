CREATE TABLE "route_publications" (
	"id" integer PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"hash" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "environment_sealed" text;--> statement-breakpoint
ALTER TABLE "heartbeats" ADD COLUMN "runner_ids" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "workloads" ADD COLUMN "exit_by_platform" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "workloads" ADD COLUMN "first_seen_at" timestamp with time zone NOT NULL;--> statement-breakpoint
ALTER TABLE "workloads" ADD COLUMN "crashes" integer DEFAULT 0 NOT NULL;