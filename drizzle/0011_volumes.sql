CREATE TABLE "volumes" (
	"id" text PRIMARY KEY NOT NULL,
	"environment_id" text NOT NULL,
	"name" text NOT NULL,
	"service_id" text,
	"mount_path" text,
	"x" double precision DEFAULT 0 NOT NULL,
	"y" double precision DEFAULT 0 NOT NULL,
	"limit_mib" integer,
	"made_at" timestamp with time zone,
	"size_bytes" bigint,
	"sized_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "volumes" ADD CONSTRAINT "volumes_environment_id_environments_id_fk" FOREIGN KEY ("environment_id") REFERENCES "public"."environments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "volumes" ADD CONSTRAINT "volumes_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "volumes_name" ON "volumes" USING btree ("environment_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "volumes_mount" ON "volumes" USING btree ("service_id","mount_path");--> statement-breakpoint
CREATE INDEX "volumes_deleted" ON "volumes" USING btree ("environment_id") WHERE "volumes"."deleted_at" is not null;