CREATE TABLE "instance" (
	"only" integer PRIMARY KEY NOT NULL,
	"id" text NOT NULL
);
--> statement-breakpoint
INSERT INTO "instance" ("only", "id") VALUES (1, replace(gen_random_uuid()::text, '-', ''));
