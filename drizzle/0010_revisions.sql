CREATE TABLE "revisions" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"number" integer NOT NULL,
	"message" text NOT NULL,
	"content_sealed" text NOT NULL,
	"deployed" jsonb NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "revisions_number" ON "revisions" USING btree ("environment_id","number");--> statement-breakpoint
CREATE INDEX "revisions_author" ON "revisions" USING btree ("created_by");