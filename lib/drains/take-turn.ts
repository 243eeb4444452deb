import { drainById, markTold, noteFailing, noteWell, recordTest, type DrainRow } from '../db/queries/engine/drains'
import { organizationById } from '../db/queries/accounts'
import { FAILS_LONG_MS, pauseMs } from '../domain/drain/pace'
import type { DrainLine } from '../domain/drain/line'
import { sendsLogs, sendsMetrics } from '../domain/drain/settings'
import { record } from '../events/record'
import { openDrainSecret } from '../secrets/sealed-drain'
import type { Limits } from './request'
import { sendLines } from './send'
import { sendWaiting } from './send-lines'
import type { End, Room, Turn } from './turn'

const TIMEOUT_MS = 30_000
/** After so long it is somebody else's turn. */
const TURN_MS = 10_000

/** Gives one drain its turn: a test that waits, then lines, then samples. Done twice at once, one of the two finds that the other was there, and ends. */
export async function takeTurn(room: Room, drainId: string, signal: AbortSignal): Promise<End['kind']> {
  const limits: Limits = { policy: { allowsPrivate: room.allowsPrivate }, timeoutMs: room.timeoutMs ?? TIMEOUT_MS, signal, now: () => room.now() }
  const first = await drainById(room.db, drainId)
  if (first?.test?.status === 'queued') await sendTest(room, first, limits)
  const drain = await drainById(room.db, drainId)
  if (!drain || drain.isPaused || (drain.retryAt !== null && drain.retryAt > room.now())) return 'idle'
  let isSent = false
  const turn: Turn = { room, drain, limits, endsAt: performance.now() + TURN_MS, sent: () => void (isSent = true) }
  const end = await sendAll(turn)
  // A request that the end of this worker has cut off says nothing of the other side.
  if (signal.aborted) return end.kind
  if (end.kind === 'failed') await fail(room, drain, end.outcome)
  else if (isSent && drain.failingSince !== null) await mend(room, drain)
  return end.kind
}

async function sendAll(turn: Turn): Promise<End> {
  const { settings } = turn.drain
  const end: End = sendsLogs(settings) ? await sendWaiting(turn) : { kind: 'idle' }
  if (end.kind !== 'idle' || !sendsMetrics(settings)) return end
  const { sendSamples } = await import('./send-samples')
  return sendSamples(turn)
}

async function fail(room: Room, drain: DrainRow, { answer, askedMs }: Extract<End, { kind: 'failed' }>['outcome']): Promise<void> {
  const at = room.now()
  const retryAt = new Date(at.getTime() + pauseMs(drain.attempts + 1, { random: room.random(), askedMs }))
  const failing = await noteFailing(room.db, drain, { answer, at, retryAt })
  room.log.warn({ drain: drain.id, attempts: drain.attempts + 1, answer }, 'a drain did not get through')
  if (failing === null || failing.isTold || at.getTime() - failing.since.getTime() < FAILS_LONG_MS) return
  await room.db.transaction(async (tx) => {
    if (await markTold(tx, drain.id)) await record(tx, 'platform', { type: 'drain.failing', subject: drain.name, ...placeOf(drain), data: { answer } })
  })
}

async function mend(room: Room, drain: DrainRow): Promise<void> {
  await room.db.transaction(async (tx) => {
    if (await noteWell(tx, drain)) await record(tx, 'platform', { type: 'drain.recovered', subject: drain.name, ...placeOf(drain) })
  })
}

function placeOf({ organizationId, projectId, environmentId }: DrainRow) {
  return { organizationId, projectId, environmentId }
}

/** Sends one line (or one sample) that says so, once: somebody waits for what becomes of it. */
async function sendTest(room: Room, drain: DrainRow, limits: Limits): Promise<void> {
  const way = { settings: drain.settings, secret: openDrainSecret(room.seal, drain) }
  const at = room.now()
  const organization = await organizationById(room.db, drain.organizationId)
  const line = testLine(drain, { id: drain.organizationId, name: organization?.name ?? drain.organizationId }, at)
  const outcomes = [
    ...(sendsLogs(drain.settings) ? [await sendLines(way, [line], limits)] : []),
    ...(drain.settings.kind === 'otlp' && sendsMetrics(drain.settings) ? [await (await import('./send-samples')).sendTestSample({ ...way, settings: drain.settings }, line, limits)] : []),
  ]
  if (limits.signal.aborted) return
  const failed = outcomes.find(({ ok }) => !ok)
  const { answer } = failed ?? outcomes[0]!
  await recordTest(room.db, drain, { test: { status: failed ? 'failed' : 'sent', answer, at: room.now().toISOString(), by: drain.test?.by ?? '' }, at })
  // Somebody has looked after it: it is tried again at once, as one that works.
  if (!failed && drain.failingSince !== null) await mend(room, drain)
}

function testLine(drain: DrainRow, organization: { id: string; name: string }, at: Date): DrainLine {
  const here = { id: drain.id, name: 'easel' }
  return { id: '0', at: at.toISOString(), kind: 'deploy', stream: 'platform', level: 'info', message: `A test of the drain ${drain.name}, asked for by ${drain.test?.by ?? 'somebody'}.`, text: null, attributes: { test: true }, organization, project: here, environment: here, service: here, deployment: null, replica: null }
}
