-- Partitioned by the UTC day of `at`. A line never waits for a partition: what finds none is in the default one, and moves when its day is made.
ALTER TABLE "log_lines" RENAME TO "log_lines_plain";--> statement-breakpoint
CREATE TABLE "log_lines" (LIKE "log_lines_plain" INCLUDING DEFAULTS) PARTITION BY RANGE ("at");--> statement-breakpoint
DROP TABLE "log_lines_plain";--> statement-breakpoint
ALTER TABLE "log_lines" ADD CONSTRAINT "log_lines_id_at_pk" PRIMARY KEY("id","at");--> statement-breakpoint
CREATE INDEX "log_lines_service" ON "log_lines" USING btree ("service_id","id");--> statement-breakpoint
CREATE INDEX "log_lines_deployment" ON "log_lines" USING btree ("deployment_id","id");--> statement-breakpoint
CREATE INDEX "log_lines_environment" ON "log_lines" USING btree ("environment_id","at","id");--> statement-breakpoint
CREATE TABLE "log_lines_default" PARTITION OF "log_lines" DEFAULT;--> statement-breakpoint
-- Makes the partition of a day. False when it is there, or when somebody reads for so long that it cannot be made now: whoever
-- stores lines must not wait for that. The default partition is locked while its lines of that day move.
CREATE FUNCTION make_log_partition(day date) RETURNS boolean LANGUAGE plpgsql SET lock_timeout = '250ms' AS $$
DECLARE
  name text := 'log_lines_' || to_char(day, 'YYYYMMDD');
  first timestamptz := day::timestamp AT TIME ZONE 'UTC';
  past timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass(name) IS NOT NULL THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('log partitions', 0));
  IF to_regclass(name) IS NOT NULL THEN RETURN false; END IF;
  LOCK TABLE log_lines_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('CREATE TABLE %I (LIKE log_lines INCLUDING DEFAULTS)', name);
  EXECUTE format('WITH moved AS (DELETE FROM log_lines_default WHERE at >= %L AND at < %L RETURNING *) INSERT INTO %I SELECT * FROM moved', first, past, name);
  EXECUTE format('ALTER TABLE log_lines ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, first, past);
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END $$;--> statement-breakpoint
-- Lines of services that are gone cannot be told whose they were; they were to be removed.
DO $$
DECLARE day date;
BEGIN
  FOR day IN SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM log_lines_before WHERE at BETWEEN now() - interval '30 days' AND now() + interval '1 day' UNION SELECT (now() AT TIME ZONE 'UTC')::date LOOP
    PERFORM make_log_partition(day);
  END LOOP;
  INSERT INTO log_lines (id, at, environment_id, service_id, deployment_id, kind, stream, part, text)
    SELECT l.id, l.at, s.environment_id, l.service_id, l.deployment_id, l.kind, l.stream, l.part, l.text FROM log_lines_before l JOIN services s ON s.id = l.service_id ORDER BY l.id;
END $$;--> statement-breakpoint
ALTER SEQUENCE "log_lines_id_seq" OWNED BY "log_lines"."id";--> statement-breakpoint
DROP TABLE "log_lines_before";
