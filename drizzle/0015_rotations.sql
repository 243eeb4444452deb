CREATE TABLE "rotations" (
	"id" text PRIMARY KEY NOT NULL,
	"service_id" text NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"step" text DEFAULT 'make' NOT NULL,
	"is_returning" boolean DEFAULT false NOT NULL,
	"message" text,
	"dependants" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"former_sealed" text,
	"next_sealed" text,
	"written_at" timestamp with time zone,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "rotations_status" CHECK ("rotations"."status" in ('running', 'failed', 'done', 'cancelled'))
);
--> statement-breakpoint
ALTER TABLE "rotations" ADD CONSTRAINT "rotations_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rotations" ADD CONSTRAINT "rotations_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rotations_service" ON "rotations" USING btree ("service_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "rotations_open" ON "rotations" USING btree ("service_id") WHERE "rotations"."status" in ('running', 'failed');