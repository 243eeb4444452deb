CREATE TABLE "metric_chunks" (
	"step_seconds" smallint NOT NULL,
	"series_id" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"packed" "bytea" NOT NULL,
	CONSTRAINT "metric_chunks_step_seconds_series_id_at_pk" PRIMARY KEY("step_seconds","series_id","at")
);
--> statement-breakpoint
CREATE TABLE "metric_points" (
	"series_id" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"value" double precision NOT NULL,
	CONSTRAINT "metric_points_series_id_at_pk" PRIMARY KEY("series_id","at")
);
--> statement-breakpoint
CREATE TABLE "metric_series" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "metric_series_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"measure" text NOT NULL,
	"environment_id" text NOT NULL,
	"service_id" text,
	"volume_id" text,
	"deployment_id" text,
	"part" text,
	"status" text,
	"route" text,
	"bucket" text,
	"limit" double precision,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "metric_series_key" UNIQUE("key")
);
--> statement-breakpoint
CREATE INDEX "metric_chunks_age" ON "metric_chunks" USING btree ("step_seconds","at");--> statement-breakpoint
CREATE INDEX "metric_series_environment" ON "metric_series" USING btree ("environment_id","measure","last_at");--> statement-breakpoint
CREATE INDEX "metric_series_last" ON "metric_series" USING btree ("last_at");