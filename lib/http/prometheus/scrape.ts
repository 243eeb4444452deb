import { createHash, timingSafeEqual } from 'node:crypto'

import type { Actor, UserActor } from '../../auth/actor'
import { authenticateBearer } from '../../auth/authenticate'
import { metricPlatform, type PlatformMetrics } from '../../contract/metric'
import { latestOf } from '../../db/queries/metrics'
import { samplesToTell } from '../../db/queries/samples-to-tell'
import { restartsToTell, usesToTell, type Whose } from '../../db/queries/scrape'
import { roleHolds } from '../../domain/permission'
import { AppError, isAppError } from '../../errors'
import type { Platform } from '../../operations/context'
import { execute } from '../../operations/execute'
import { platformNow } from '../../operations/metric/platform'
import { problemResponse, toProblem } from '../problem'
import { requestIdOf } from '../request'
import { EXPOSITION_TYPE, expositionOf } from './exposition'
import { sampleFamilies, settledAt } from './samples'
import { platformFamilies, trafficFamilies, workloadFamilies } from './families'

// What a Prometheus that asks is told. With the token of the configuration all of it; with somebody's access token what that person may see. A browser's
// session is not taken: nobody looks at this with one.

const FRESH_MS = 60_000
/** More series than anyone's dashboards have room for are not made by us. */
const MOST_PARTS = 2_000
const MOST_SAMPLES = 50_000

/** Answers `GET /metrics`. `token`: the one of the configuration, if there is one. */
export function scrape(platform: Platform, request: Request, token: string | undefined): Promise<Response> {
  return answer(platform, { request, token }, async (actor, requestId) => (actor === null ? tell(platform, null, await platformNow(platform)) : tellActor(platform, actor, requestId)))
}

/** Answers `GET /metrics/samples`: the samples themselves, for a Prometheus that is to keep them. */
export function scrapeSamples(platform: Platform, request: Request, token: string | undefined): Promise<Response> {
  return answer(platform, { request, token }, async (actor) => {
    const until = settledAt(platform.now())
    return expositionOf(sampleFamilies(await samplesToTell(platform.db, { organizationIds: actor && readable(actor), limit: MOST_SAMPLES }, until), until))
  })
}

/** `actor`: null for the operator. */
type Tell = (actor: UserActor | null, requestId: string) => Promise<string>

async function answer(platform: Platform, { request, token }: { request: Request; token: string | undefined }, tellTo: Tell): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const header = request.headers.get('authorization')
    const isOperator = token !== undefined && header !== null && isEqual(header, `Bearer ${token}`)
    const text = await tellTo(isOperator ? null : await actorOf(platform, header), requestId)
    return new Response(text, { headers: { 'content-type': EXPOSITION_TYPE, 'cache-control': 'no-store', 'x-request-id': requestId } })
  } catch (error) {
    return problemResponse(toProblem(error, requestId))
  }
}

async function actorOf(platform: Platform, header: string | null): Promise<UserActor> {
  const actor: Actor = header === null ? { kind: 'anonymous' } : await authenticateBearer(platform, header)
  if (actor.kind === 'user') return actor
  throw new AppError('unauthenticated', 'Send an access token, or the one that EASEL_METRICS_TOKEN is set to, in the Authorization header.')
}

async function tellActor(platform: Platform, actor: UserActor, requestId: string): Promise<string> {
  const own = await execute(platform, metricPlatform.name, {}, { actor, requestId, ip: null }).catch((error: unknown) => {
    if (isAppError(error) && (error.code === 'not_found' || error.code === 'forbidden')) return null
    throw error
  })
  return tell(platform, readable(actor), own as PlatformMetrics | null)
}

/** The organizations whose services this person may see. */
function readable(actor: UserActor): string[] {
  return [...actor.memberships].filter(([, role]) => roleHolds(role, 'service.read', actor.scope)).map(([id]) => id)
}

async function tell({ db, now }: Platform, organizationIds: readonly string[] | null, own: PlatformMetrics | null): Promise<string> {
  const whose: Whose = { organizationIds, limit: MOST_PARTS }
  const [uses, restarts] = await Promise.all([usesToTell(db, whose, new Date(now().getTime() - FRESH_MS)), restartsToTell(db, whose)])
  const parts = [...restarts, ...uses]
  const latest = await latestOf(db, { environmentIds: [...new Set(parts.map(({ environmentId }) => environmentId))], measures: ['requests', 'errors', 'latency_p95'], sinceMs: FRESH_MS, now: now() })
  return expositionOf([...(own === null ? [] : platformFamilies(own)), ...workloadFamilies(uses, restarts), ...trafficFamilies(latest, parts)])
}

/** Takes as long whatever is wrong. */
function isEqual(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
