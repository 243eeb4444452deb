CREATE TABLE "log_blocks" (
	"environment_id" text NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"until_at" timestamp with time zone NOT NULL,
	"outline" text,
	CONSTRAINT "log_blocks_environment_id_until_at_from_at_pk" PRIMARY KEY("environment_id","until_at","from_at")
);
