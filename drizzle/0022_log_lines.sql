DROP INDEX "log_lines_at";--> statement-breakpoint
/* 
    Unfortunately in current drizzle-kit version we can't automatically get name for primary key.
    We are working on making it available!

    Meanwhile you can:
        1. Check pk name in your database, by running
            SELECT constraint_name FROM information_schema.table_constraints
            WHERE table_schema = 'public'
                AND table_name = 'log_lines'
                AND constraint_type = 'PRIMARY KEY';
        2. Uncomment code below and paste pk name manually
        
    Hope to release this update as soon as possible
*/

-- ALTER TABLE "log_lines" DROP CONSTRAINT "<constraint_name>";--> statement-breakpoint
ALTER TABLE "log_lines" ALTER COLUMN "service_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "log_lines" ALTER COLUMN "deployment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "log_lines" ADD CONSTRAINT "log_lines_id_at_pk" PRIMARY KEY("id","at");--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "environment_id" text NOT NULL;--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "level" smallint;--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "message" text;--> statement-breakpoint
ALTER TABLE "log_lines" ADD COLUMN "attributes" jsonb;--> statement-breakpoint
CREATE INDEX "log_lines_environment" ON "log_lines" USING btree ("environment_id","at","id");