import { advance, namesFor, waitingLines, type Names, type WaitingLine } from '../db/queries/engine/drains'
import { drainLine, sizeOf, type DrainLine } from '../domain/drain/line'
import type { Filter } from '../domain/log-filter/filter'
import { matches, type World } from '../domain/log-filter/matches'
import { parse } from '../domain/log-filter/parse'
import { openDrainSecret } from '../secrets/sealed-drain'
import type { Outcome } from './outcome'
import { sendLines, type Way } from './send'
import type { End, Turn } from './turn'

// The store of lines is the buffer: what waits is what comes after the cursors. They are moved when lines were taken and not before, so a worker that dies in between
// leaves lines that are sent again, in the same order. docs/decisions/drains.md says why.

/** Receivers take about so much by themselves; nginx, before many of them, 1 MiB. */
const MOST = { lines: 1_000, bytes: 768 * 1024 }
/** Read at once. */
const PAGE = { lines: 2_000, bytes: 4 * 1024 * 1024 }
/** Of lines in a row that the other side does not take, so many are left out before it is at fault. */
const MOST_REFUSED = 10

type Item = { line: DrainLine; isWanted: boolean; serviceId: string; id: bigint; after: bigint }
type Sending = Turn & { way: Way; items: readonly Item[]; /** How many go at once, at present. */ size: number; refusedInRow: number }

/** Sends what waits in a drain, until nothing is left or time is up. */
export async function sendWaiting(turn: Turn): Promise<End> {
  const { room, drain, limits, endsAt } = turn
  const way = { settings: drain.settings, secret: openDrainSecret(room.seal, drain) }
  const parsed = parse(drain.filter)
  // It was read when it was saved; in another version of the language it might let through what nobody wants to be sent.
  if (!parsed.ok) return { kind: 'failed', outcome: { ok: false, fault: 'refused', answer: `The filter cannot be read: ${parsed.problem.message}`, askedMs: null } }
  let size = (room.most ?? MOST).lines
  while (performance.now() < endsAt && !limits.signal.aborted) {
    const page = await waitingLines(room.db, drain.id, PAGE)
    if (page.length === 0) return { kind: 'idle' }
    const names = await namesFor(room.db, { environments: page.map(({ environmentId }) => environmentId), services: page.map(({ serviceId }) => serviceId), deployments: page.flatMap(({ deploymentId }) => deploymentId ?? []) })
    const items = itemsOf(page, { names, filter: parsed.filter, kinds: drain.kinds, nowMs: room.now().getTime() })
    const sending: Sending = { ...turn, way, items, size, refusedInRow: 0 }
    const end = await sendItems(sending)
    if (end !== null) return end
    size = sending.size
  }
  return { kind: 'more' }
}

function itemsOf(page: readonly WaitingLine[], { names, filter, kinds, nowMs }: { names: Names; filter: Filter; kinds: readonly string[]; nowMs: number }): Item[] {
  const world: World = { nowMs, serviceName: (id) => names.services.get(id) ?? null, deploymentNumber: (id) => names.deployments.get(id) ?? null }
  const after = new Map<string, bigint>()
  return page.flatMap((view) => {
    const { serviceId, deploymentId } = view
    const place = names.places.get(view.environmentId)
    // Its environment went this moment, and its lines with it.
    if (!place) return []
    const id = BigInt(view.id)
    const from = after.get(serviceId) ?? view.after
    after.set(serviceId, id)
    const line = drainLine(view, { ...place, service: { id: serviceId, name: names.services.get(serviceId) ?? serviceId }, deployment: deploymentId === null ? null : { id: deploymentId, number: names.deployments.get(deploymentId) ?? null } })
    return [{ line, isWanted: kinds.includes(view.kind) && matches(filter, view, world), serviceId, id, after: from }]
  })
}

/** Sends a page in batches. Null when all of it went. */
async function sendItems(sending: Sending): Promise<End | null> {
  const { room, items, endsAt, limits, way } = sending
  const most = room.most ?? MOST
  for (let from = 0; from < items.length; ) {
    if (limits.signal.aborted || performance.now() >= endsAt) return { kind: 'more' }
    const { until, lines } = batchAt(items, from, { lines: sending.size, bytes: most.bytes })
    const outcome: Outcome = lines.length === 0 ? { ok: true, answer: '' } : await sendLines(way, lines, limits)
    if (outcome.ok) {
      if (!(await note(sending, { from, until, sent: Math.max(0, lines.length - (outcome.rejected?.lines ?? 0)), refused: outcome.rejected ?? null }))) return { kind: 'stale' }
      from = until
      if (lines.length === 0) continue
      sending.refusedInRow = 0
      sending.size = Math.min(most.lines, sending.size * 2)
    } else if (isAboutLines(outcome) && lines.length > 1) {
      sending.size = Math.ceil(lines.length / 2)
    } else if (isLeftOut(sending, outcome)) {
      if (!(await note(sending, { from, until, sent: 0, refused: { lines: 1, message: outcome.answer } }))) return { kind: 'stale' }
      from = until
      sending.refusedInRow++
    } else {
      return { kind: 'failed', outcome }
    }
  }
  return null
}

type Failed = Extract<Outcome, { ok: false }>

function isAboutLines({ fault }: Failed): boolean {
  return fault === 'too_large' || fault === 'not_taken'
}

/** A single line that is too large never goes. One that is not taken is at fault only where others were taken: else the settings are. */
function isLeftOut({ drain, refusedInRow }: Sending, outcome: Failed): boolean {
  if (outcome.fault === 'too_large') return true
  return outcome.fault === 'not_taken' && drain.sentAt !== null && drain.failingSince === null && refusedInRow < MOST_REFUSED
}

/** As many lines as go at once, and up to where that is. What is not wanted and comes before or after them goes with them. */
function batchAt(items: readonly Item[], from: number, most: { lines: number; bytes: number }): { until: number; lines: DrainLine[] } {
  const lines: DrainLine[] = []
  let bytes = 0
  let until = from
  for (; until < items.length; until++) {
    const { line, isWanted } = items[until]!
    if (!isWanted) continue
    bytes += sizeOf(line)
    if (lines.length >= most.lines || (lines.length > 0 && bytes > most.bytes)) break
    lines.push(line)
  }
  return { until, lines }
}

async function note({ room, drain, items, sent: note }: Sending, { from, until, sent, refused }: { from: number; until: number; sent: number; refused: { lines: number; message: string } | null }): Promise<boolean> {
  const moves = new Map<string, { from: bigint; to: bigint }>()
  for (const { serviceId, id, after } of items.slice(from, until)) moves.set(serviceId, { from: moves.get(serviceId)?.from ?? after, to: id })
  const isWritten = await advance(room.db, drain, { moves, sent, refused, at: room.now() })
  if (isWritten && sent > 0) {
    note()
    // Where it is at fault was settled: it takes lines.
    drain.sentAt = room.now()
  }
  return isWritten
}
