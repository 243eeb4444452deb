CREATE TABLE "shared_variables" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"key" text NOT NULL,
	"value_sealed" text NOT NULL,
	"secret" boolean NOT NULL,
	"generated_sealed" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "references_changed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "variables" ADD COLUMN "scope" text DEFAULT 'both' NOT NULL;--> statement-breakpoint
ALTER TABLE "variables" ADD COLUMN "generated_sealed" text;--> statement-breakpoint
ALTER TABLE "artifacts" ADD COLUMN "built_with" jsonb;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "reaches" jsonb;--> statement-breakpoint
ALTER TABLE "deployments" ADD COLUMN "builds" text DEFAULT 'always' NOT NULL;--> statement-breakpoint
ALTER TABLE "shared_variables" ADD CONSTRAINT "shared_variables_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "shared_variables_key" ON "shared_variables" USING btree ("environment_id","key");--> statement-breakpoint
ALTER TABLE "variables" ADD CONSTRAINT "variables_scope" CHECK ("variables"."scope" in ('both', 'build', 'run'));