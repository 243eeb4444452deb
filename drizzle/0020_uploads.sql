CREATE TABLE "uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"digest" text,
	"size_bytes" bigint NOT NULL,
	"files" integer,
	"unpacked_bytes" bigint,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "uploads_project" ON "uploads" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "uploads_digest" ON "uploads" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "uploads_used" ON "uploads" USING btree ("used_at");--> statement-breakpoint
CREATE INDEX "uploads_author" ON "uploads" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "deployments_upload" ON "deployments" USING btree (("spec" -> 'source' ->> 'uploadId')) WHERE ("deployments"."spec" -> 'source' ->> 'uploadId') is not null;