CREATE TABLE "drain_cursors" (
	"drain_id" text NOT NULL,
	"service_id" text NOT NULL,
	"environment_id" text NOT NULL,
	"line_id" bigint NOT NULL,
	CONSTRAINT "drain_cursors_drain_id_service_id_pk" PRIMARY KEY("drain_id","service_id")
);
--> statement-breakpoint
CREATE TABLE "drains" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"project_id" text,
	"environment_id" text,
	"name" text NOT NULL,
	"settings" jsonb NOT NULL,
	"secret_sealed" text,
	"header_names" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"has_tag" boolean DEFAULT false NOT NULL,
	"filter" text DEFAULT '' NOT NULL,
	"kinds" jsonb NOT NULL,
	"is_paused" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"from_id" bigint NOT NULL,
	"metrics_to" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_lines" bigint DEFAULT 0 NOT NULL,
	"sent_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"last_error" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	"is_told_failing" boolean DEFAULT false NOT NULL,
	"refused_lines" bigint DEFAULT 0 NOT NULL,
	"refused_answer" text,
	"lost_lines" bigint DEFAULT 0 NOT NULL,
	"lost_from" timestamp with time zone,
	"lost_until" timestamp with time zone,
	"test" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "drain_cursors" ADD CONSTRAINT "drain_cursors_drain_id_drains_id_fk" FOREIGN KEY ("drain_id") REFERENCES "public"."drains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drains" ADD CONSTRAINT "drains_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drains" ADD CONSTRAINT "drains_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drains" ADD CONSTRAINT "drains_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "drain_cursors_service" ON "drain_cursors" USING btree ("service_id");--> statement-breakpoint
CREATE UNIQUE INDEX "drains_name" ON "drains" USING btree ("organization_id","name");--> statement-breakpoint
CREATE INDEX "drains_tested" ON "drains" USING btree ("id") WHERE "drains"."test" ->> 'status' = 'queued';