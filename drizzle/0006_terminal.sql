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
CREATE INDEX "terminal_tickets_expires" ON "terminal_tickets" USING btree ("expires_at");