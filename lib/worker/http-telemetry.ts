import { addRecent, environmentsOf, notePortion, removeOlderRecent, servicesThatAnswer, storedPortion, type RecentRow } from '../db/queries/engine/http'
import { append } from '../db/queries/engine/log-lines'
import { record, type MetricSample } from '../db/queries/engine/metrics'
import { addLatencies } from '../domain/latency-histogram'
import { RECENT_MS, UNKNOWN_CALLER } from '../domain/http-figures'
import type { Engine } from '../provisioning/engine'
import type { Count, LinkCount, Telemetry } from '../provisioning/ingress/telemetry'
import { droppedLine, lineOf } from './http-lines'
import { samplesOf } from './http-samples'

// Stores what the ingress has seen: each portion in one transaction with its number, so it is stored once, however often a worker
// dies on the way. What an ingress had seen and nobody had fetched when it died is lost: about two seconds, unless no worker came.

const ASK_MS = 5_000
/** Portions in one go: those that are larger than what comes in meanwhile are caught up with. */
const MOST_PORTIONS = 20
const STEP_MS = 10_000

export type HttpFollower = { /** One look. */ take(): Promise<void> }

export function followHttp({ db, ingress, now }: Pick<Engine, 'db' | 'ingress' | 'now'>): HttpFollower {
  let step = 0

  const store = async (before: { epoch: string; seq: number } | null, portion: Telemetry) => {
    const environments = await environmentsOf(db, servicesIn(portion))
    await db.transaction(async (tx) => {
      if (!(await notePortion(tx, before, { epoch: portion.epoch, seq: portion.seq }))) return
      await record(tx, samplesOf(portion.counts, environments))
      await addRecent(tx, recentOf(portion, environments, new Date(now().getTime() - RECENT_MS)))
      await appendLines(tx, portion, environments)
    })
  }
  /** Nothing having come is something that is known as well, as long as the ingress answers. */
  const storeNothing = async () => {
    const at = Math.floor(now().getTime() / STEP_MS) * STEP_MS
    if (at === step) return
    const quiet = await servicesThatAnswer(db)
    await record(db, quiet.map((labels): MetricSample => ({ at: new Date(at), measure: 'requests', labels, value: 0 })))
    await removeOlderRecent(db, new Date(at - RECENT_MS))
    step = at
  }
  return {
    async take() {
      for (let round = 0; round < MOST_PORTIONS; round++) {
        const before = await storedPortion(db)
        const portion = await ingress.telemetry(before, AbortSignal.timeout(ASK_MS))
        if (isEmpty(portion) || (portion.epoch === before?.epoch && portion.seq <= before.seq)) break
        await store(before, portion)
      }
      await storeNothing()
    },
  }
}

function isEmpty({ counts, links, lines, dropped }: Telemetry): boolean {
  return counts.length + links.length + lines.length + dropped.length === 0
}

function servicesIn({ counts, links, lines, dropped }: Telemetry): string[] {
  return [...new Set([...counts, ...lines, ...dropped].map(({ serviceId }) => serviceId).concat(links.flatMap(({ from, to }) => [from, to])))]
}

async function appendLines(tx: Engine['db'], { lines, dropped }: Telemetry, environments: ReadonlyMap<string, string>): Promise<void> {
  // In one order, so that no two who store lines of the same services wait for each other.
  for (const [serviceId, environmentId] of [...environments].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const own = lines.filter((line) => line.serviceId === serviceId).map(lineOf)
    const left = dropped.filter((some) => some.serviceId === serviceId).map(droppedLine)
    await append(tx, { environmentId, serviceId }, [...own, ...left])
  }
}

/** The last minutes of services and links. A caller of another environment is none that may be named here. */
function recentOf({ counts, links }: Telemetry, environments: ReadonlyMap<string, string>, since: Date): RecentRow[] {
  const rows = new Map<string, RecentRow>()
  const add = (serviceId: string, fromId: string, { at, requests, errors, latency }: Count & { at: number }) => {
    const environmentId = environments.get(serviceId)
    if (environmentId === undefined || at < since.getTime()) return
    const key = `${at} ${serviceId} ${fromId}`
    const row = rows.get(key) ?? { environmentId, serviceId, fromId, at: new Date(at), requests: 0, errors: 0, latency: {} }
    rows.set(key, { ...row, requests: row.requests + requests, errors: row.errors + errors, latency: addLatencies([row.latency, latency]) })
  }
  const callerOf = ({ from, to }: LinkCount) => (environments.has(from) && environments.get(from) === environments.get(to) ? from : UNKNOWN_CALLER)
  for (const count of counts) add(count.serviceId, '', count)
  for (const link of links) add(link.to, callerOf(link), link)
  return [...rows.values()]
}
