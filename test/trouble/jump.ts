import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Scene, SceneOptions } from './scene'

// Ways in which a clock jumps. Forward is positive.

export type Clockwork = {
  options: SceneOptions
  jump(scene: Pick<Scene, 'database'>, byMs: number): Promise<void>
  close(): void
}

/** The clock of the worker alone: its machine is not the one of the database. */
export function workerAlone(): Clockwork {
  const folder = mkdtempSync(join(tmpdir(), 'easel-clock-'))
  const file = join(folder, 'offset')
  let offsetMs = 0
  return {
    options: { worker: { EASEL_TEST_CLOCK: file, NODE_OPTIONS: `--import ${join(process.cwd(), 'test/trouble/shifted-clock.mjs')}` } },
    jump: async (_, byMs) => writeFileSync(file, String((offsetMs += byMs))),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const DEADLOCK = '40P01'
const TRIES = 20
const FAR = '1000000 hours'
/** Measurements have one row for each of their times, and would land on each other; nobody waits for them. */
const BY_TIME = ['http_recent', 'metric_points', 'metric_chunks']

/**
 * The clock of the database, and with it of all who go by it. It cannot be set here without setting that of this machine;
 * that everything which was ever noted moves the other way is the same to whoever reads it.
 */
export function wholePlatform(): Clockwork {
  const move = async ({ database: { sql } }: Pick<Scene, 'database'>, byMs: number) => {
    const columns = await sql<{ table: string; set: string }[]>`
      select format('%I.%I', table_schema, table_name) as table, string_agg(format('%I = %I - interval ''%s milliseconds''', column_name, column_name, ${String(byMs)}::text), ', ') as set
      from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where data_type = 'timestamp with time zone' and table_type = 'BASE TABLE' and table_name not in ${sql([...BY_TIME])} and (table_schema = 'public' or (table_schema = 'graphile_worker' and table_name = '_private_jobs'))
        and (table_name, column_name) <> ('runs', 'due_at')
        and not (select relispartition from pg_class where oid = format('%I.%I', table_schema, table_name)::regclass)
      group by 1`
    await sql.begin(async (tx) => {
      // Times of runs are each there once: by way of where none is, so that none lands on one that has not been moved yet.
      await tx`update runs set due_at = due_at + ${FAR}::interval`
      for (const { table, set } of columns) await tx.unsafe(`update ${table} set ${set}`)
      await tx`update runs set due_at = due_at - ${FAR}::interval - ${`${byMs} milliseconds`}::interval`
    })
  }
  return {
    options: {},
    async jump(scene, byMs) {
      for (let tries = 1; ; tries++) {
        try {
          return await move(scene, byMs)
        } catch (error) {
          // The worker changes the same rows all the time.
          if ((error as { code?: string }).code !== DEADLOCK || tries === TRIES) throw error
        }
      }
    },
    close: () => {},
  }
}
