import { alertList } from '../../contract/alert'
import { deploymentLogs } from '../../contract/deployment'
import { LiveInput, PresenceReport, type FollowedLog, type HelloFrame } from '../../contract/live'
import { logSearch } from '../../contract/log'
import { environmentGraph } from '../../contract/project'
import { runLogs } from '../../contract/run'
import { serviceLogs } from '../../contract/service'
import { environmentTraffic } from '../../contract/traffic'
import { environmentUse } from '../../contract/use'
import { AppError, isAppError } from '../../errors'
import { admit, executeEntry, type Call } from '../../operations/execute'
import { questionOf } from '../../operations/log/ask'
import { frameStream, STREAM_HEADERS } from '../frame-stream'
import { graphFrames } from '../stream-graph'
import type { Source } from '../stream-source'
import type { LiveHub } from './hub'
import { newsFrames } from './news'
import { alertFrames, lineFrames, once, presenceFrames, trafficFrames, usageFrames } from './sources'
import { readTicket, signTicket } from './ticket'

// The one connection of a tab that shows an environment, and the way back for where its person is. It is the console's own
// door: everything that comes through it can be had over REST as well (docs/decisions/live.md).

/** Longer than a stream lives, which ends after five minutes. */
const TICKET_MS = 6 * 60_000

export type LiveRequest = { environmentId: string; call: Call; request: Request }

/** Opens the stream. Throws AppError as `environment.graph` does. */
export async function openLive(hub: LiveHub, { environmentId, call, request }: LiveRequest): Promise<Response> {
  const { platform } = hub
  const { tab, logs } = readInput(request.url)
  const { scope } = await admit(platform, environmentGraph.name, { environmentId }, call)
  const { actor } = call
  if (actor.kind === 'anonymous' || scope === null) throw new AppError('unauthenticated', 'Sign in first.')
  const role = actor.memberships.get(scope.organizationId)!
  // An API token is a program's: it looks on, is not shown, and is not told who is here.
  const isPerson = actor.via !== 'api_token'
  const key = `${actor.userId}.${tab}`
  const ticket = isPerson ? signTicket(platform.config.sessionKey, { environmentId, key, until: platform.now().getTime() + TICKET_MS }) : null
  const hello: HelloFrame = { userId: actor.userId, ticket }
  const sources: Source[] = [
    once('hello', hello),
    graphFrames(environmentId, () => hub.graphOf(environmentId)),
    newsFrames(platform.db, { organizationId: scope.organizationId, environmentId }, request.headers.get('last-event-id')),
    trafficFrames(() => executeEntry(platform, environmentTraffic, { environmentId }, call)),
    usageFrames(async () => (await executeEntry(platform, environmentUse, { environmentId }, call)).services),
    alertFrames(environmentId, async () => (await executeEntry(platform, alertList, { organizationId: scope.organizationId, environmentId, state: 'firing', limit: 100 }, call)).items),
    ...(isPerson ? [presenceFrames(hub.presence, { environmentId, userId: actor.userId })] : []),
    ...(await Promise.all(logs.map((log) => admitLog(hub, log, call)))),
  ]
  const leave = isPerson ? hub.presence.join({ environmentId, tab: { key, user: { id: actor.userId, name: actor.name, role }, pointer: null, selected: [], open: null } }) : () => {}
  const stream = frameStream({ sources, hints: hub.hints, signal: request.signal, onEnd: leave })
  return new Response(stream, { headers: { ...STREAM_HEADERS, 'x-request-id': call.requestId } })
}

/** Takes where a tab's person is. The ticket is the right: it is not sent by other sites, and ends with the stream. */
export function takePresence(hub: LiveHub, environmentId: string, body: unknown): void {
  const parsed = PresenceReport.safeParse(body)
  if (!parsed.success) throw new AppError('invalid_input', 'This does not say where somebody is: it needs `pointer`, `selected`, `open` and `ticket`.')
  const { ticket, ...presence } = parsed.data
  const seated = readTicket(hub.platform.config.sessionKey, ticket, hub.platform.now())
  if (seated === null || seated.environmentId !== environmentId) throw new AppError('forbidden', 'The ticket has ended or is for another environment. The stream gives a new one when it is opened again.')
  hub.presence.move(environmentId, seated.key, presence)
}

/** The frames of a log; a single one where it is gone or out of bounds, so that the rest goes on. */
async function admitLog({ platform }: LiveHub, log: FollowedLog, call: Call): Promise<Source> {
  const { scope, kind } = log
  try {
    if ('environmentId' in scope) {
      await admit(platform, logSearch.name, scope, call)
      // A filter that cannot be read is refused here, as one would be elsewhere.
      await questionOf(platform.db, { ...scope, kind }, platform.now())
    } else {
      await admit(platform, ('serviceId' in scope ? serviceLogs : 'runId' in scope ? runLogs : deploymentLogs).name, scope, call)
    }
    return lineFrames(platform, log)
  } catch (error) {
    if (!isAppError(error)) throw error
    return once('log_refused', { log: log.key, code: error.code })
  }
}

function readInput(url: string): LiveInput {
  const query = new URL(url).searchParams
  const parsed = LiveInput.safeParse({ tab: query.get('tab'), logs: jsonOf(query.get('logs') ?? '[]') })
  if (!parsed.success) throw new AppError('invalid_input', 'The address of the stream needs `tab`, and `logs` as a list of what to follow.')
  return parsed.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
