import { eq, sql } from 'drizzle-orm'

import { heartbeats } from '../db/schema/observed'
import { platform } from './platform'

type Check = { ok: boolean; message: string }
export type Readiness = { status: 'ok' | 'failing'; checks: Record<'database' | 'worker' | 'ingress' | 'runtime', Check> }

const STALE_MS = 15_000
const DATABASE_TIMEOUT_MS = 3_000

/** Asks the database now, and the worker's last sign of life for what only the worker can see. */
export async function readiness(): Promise<Readiness> {
  let checks: Readiness['checks']
  try {
    checks = await withTimeout(look())
  } catch (error) {
    const unknown = { ok: false, message: 'Not known while the database does not answer.' }
    checks = { database: { ok: false, message: `The database does not answer: ${error instanceof Error ? error.message : 'unknown fault'}.` }, worker: unknown, ingress: unknown, runtime: unknown }
  }
  return { status: Object.values(checks).every((check) => check.ok) ? 'ok' : 'failing', checks }
}

async function look(): Promise<Readiness['checks']> {
  const [latest] = await platform()
    .db.select({ detail: heartbeats.detail, ageMs: sql<number>`extract(epoch from now() - ${heartbeats.at})::float8 * 1000` })
    .from(heartbeats)
    .where(eq(heartbeats.kind, 'worker'))
    .orderBy(sql`${heartbeats.at} desc`)
    .limit(1)
  const alive = latest !== undefined && latest.ageMs < STALE_MS
  const age = latest === undefined ? 'It has never reported.' : `Its last report is ${Math.round(latest.ageMs / 1000)} s old.`
  const unknown = { ok: false, message: 'Not known: the worker looks at it.' }
  return {
    database: { ok: true, message: 'It answers.' },
    worker: alive ? { ok: true, message: 'It reports.' } : { ok: false, message: `The worker is silent. ${age}` },
    ingress: alive ? (latest.detail?.ingress ?? unknown) : unknown,
    runtime: alive ? (latest.detail?.runtime ?? unknown) : unknown,
  }
}

function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DATABASE_TIMEOUT_MS / 1000} s`)), DATABASE_TIMEOUT_MS)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}
