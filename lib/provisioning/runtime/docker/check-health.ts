import type { HealthCheck } from '../driver'
import { commandComplaint, complaint } from '../health/judge-health'
import { probePort, type Finding } from '../health/probe-port'
import type { Inspected } from './answers'
import { inspect } from './containers'
import { execute } from './exec'
import { listeningIn } from './listening'
import { addressOf } from './address'
import { containerName } from './names'
import { isOutside, rejoin } from './network'
import type { Room } from './room'
import type { State } from './state'

// One health check of one container, from the question to the sentence. Asked from outside, so an image needs no tools for
// it; only a check by command runs inside.

export type CheckRequest = { state: State; check: HealthCheck; container: string; wasHealthy: boolean }
export type CheckResult = { /** Why it failed; null when it passed. */ message: string | null; listening: number[] }

/** A program may be well and listen nowhere. So long after its start it is believed; before that it may be about to listen, and requests would come too early. */
const LISTEN_WITHIN_MS = 5_000

/** Null when nothing could be found out. */
export async function checkHealth(room: Room, request: CheckRequest, signal: AbortSignal): Promise<CheckResult | null> {
  const container = await inspect(room, request.container, signal)
  if (!container?.State.Running) return null
  if (container.State.Paused) return { message: `Somebody has paused its container. Let it go on: docker unpause ${containerName(request.state.name)}.`, listening: [] }
  if (isOutside(request.state, container)) {
    await rejoin(room, request.state, signal)
    room.log.warn({ workload: request.state.name }, 'a container was in no network of its environment, and is back in it')
    return null
  }
  return request.check.kind === 'command' ? checkByCommand(room, { ...request, inspected: container }, signal) : checkPort(room, { ...request, inspected: container }, signal)
}

type Asking = CheckRequest & { inspected: Inspected }

async function checkPort(room: Room, { state, check, inspected, wasHealthy }: Asking, signal: AbortSignal): Promise<CheckResult | null> {
  if (state.port === null) return null
  const finding = await ask(room, { state, check, inspected }, signal)
  const seen = { port: state.port, wasHealthy, listening: [] as number[] }
  if (complaint(check, finding, seen) === null) return { message: null, listening: [] }
  const { ports, loopbackOnly } = listeningIn(room.reach.kind === 'container' ? inspected.State.Pid : 0)
  if (finding.kind === 'refused' && loopbackOnly.includes(state.port)) {
    return { message: `It listens on port ${state.port}, but only on 127.0.0.1 inside its container, where nobody else reaches it. Let it listen on 0.0.0.0.`, listening: ports }
  }
  return { message: complaint(check, finding, { ...seen, listening: ports }), listening: ports }
}

/** What publishes a port accepts connections also when nobody listens behind it, and closes them at once. */
async function ask(room: Room, { state, check, inspected }: Pick<Asking, 'state' | 'check' | 'inspected'>, signal: AbortSignal): Promise<Finding> {
  const address = addressOf(room.reach, inspected, state.port)
  if (address === null) return { kind: 'refused' }
  const proxied = room.reach.kind === 'published'
  const asked = proxied && check.kind === 'tcp' ? { ...check, kind: 'auto' as const } : check
  const { finding } = await probePort({ port: address.port, check: asked, host: null, signal }, [address.host])
  if (!proxied) return finding
  if (finding.kind === 'closed') return { kind: 'refused' }
  // Whatever it answers or fails to answer within the time, somebody holds the connection.
  return check.kind === 'tcp' && (finding.kind !== 'timeout' || finding.connected) && finding.kind !== 'refused' ? { kind: 'connected' } : finding
}

async function checkByCommand(room: Room, { state, check, inspected, wasHealthy }: Asking, signal: AbortSignal): Promise<CheckResult | null> {
  const env = (await room.environmentNow(state.deploymentId)) ?? {}
  const { ending, last } = await execute(room, { container: inspected.Id, argv: check.argv, timeoutMs: check.timeoutMs, env }, signal)
  const message = commandComplaint(check, ending, last)
  if (message !== null || wasHealthy || state.port === null) return { message, listening: [] }
  const finding = await ask(room, { state, check: { ...check, kind: 'tcp' }, inspected }, signal)
  const sinceMs = Date.now() - inspected.State.StartedAt.getTime()
  const mayListenYet = finding.kind !== 'connected' && sinceMs >= 0 && sinceMs < LISTEN_WITHIN_MS
  return { message: mayListenYet ? `The check passed, but nothing listens on port ${state.port} yet.` : null, listening: [] }
}
