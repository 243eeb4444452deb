import { GIVE_UP_MS, nextLookMs } from './domain-schedule'
import type { CheckResult, DomainReason, DomainState } from './domain-state'

// What becomes of a host name by what its checks have found.

/** What can be over a minute later and is nobody's doing: what was well stays well for as long as `SPARED_MS`. Another certificate is shown while the next one is on its way to the proxy. */
const PASSING: readonly DomainReason[] = ['resolver_failed', 'resolver_silent', 'authority_down', 'rate_limited', 'unreachable', 'wrong_certificate']
const SPARED_MS = 15 * 60_000

export type Judged = { state: DomainState; ownedAt: Date | null; heldAt: Date | null; activeAt: Date | null; since: Date; attempts: number }
export type Verdict = Judged & { reason: DomainReason | null; nextCheckAt: Date | null }

/**
 * The verdict on results in the order of the checks. A name that was proven stays so while its record or the name itself leads
 * here; when neither has for three days it is free again, because names change hands. `share`: see `nextLookMs`. `isSteady`: the clock
 * has not jumped of late; one that has gives nothing up, because nobody knows how long was waited.
 */
export function judge(former: Judged, results: readonly CheckResult[], { now, share, isSteady = true }: { now: Date; share: number; isSteady?: boolean }): Verdict {
  const of = (check: CheckResult['check']) => results.find((result) => result.check === check)
  const failed = results.find(({ isPassed }) => !isPassed)
  const isProven = of('ownership')?.isPassed === true
  const isHeld = isProven || (former.ownedAt !== null && of('resolution')?.isPassed === true)
  const ownedAt = former.ownedAt ?? (isProven ? now : null)
  // What the record says does not matter any more while the name leads here.
  const wrong = failed?.check === 'ownership' && ownedAt !== null && isHeld ? results.find(({ check, isPassed }) => check !== 'ownership' && !isPassed) : failed
  const isWell = wrong === undefined
  const waitedMs = now.getTime() - former.since.getTime()
  const lostMs = now.getTime() - (former.heldAt ?? former.since).getTime()
  if (isSteady && !isHeld && lostMs >= GIVE_UP_MS && !isPassing(wrong)) return { state: 'failed', reason: 'gave_up', ownedAt: null, heldAt: null, activeAt: null, since: former.since, attempts: former.attempts + 1, nextCheckAt: null }
  // A time to wait begins when it stops to be well, and anew with each step that is made.
  const isStep = isWell || former.attempts === 0 || (former.ownedAt === null && ownedAt !== null)
  const since = isStep ? now : former.since
  const attempts = isWell ? 0 : former.attempts + 1
  const spared = former.state === 'active' && isPassing(wrong) && now.getTime() - since.getTime() < SPARED_MS
  return {
    state: isWell || spared ? 'active' : ownedAt === null ? 'pending' : 'verifying',
    reason: wrong?.reason ?? null,
    ownedAt,
    heldAt: isHeld ? now : former.heldAt,
    activeAt: isWell ? (former.activeAt ?? now) : former.activeAt,
    since: former.ownedAt === null && ownedAt === null ? former.since : since,
    attempts,
    nextCheckAt: new Date(now.getTime() + nextLookMs({ isWell, waitedMs: isStep ? 0 : waitedMs, share })),
  }
}

function isPassing(result: CheckResult | undefined): boolean {
  return result?.reason !== undefined && result.reason !== null && PASSING.includes(result.reason)
}

/** What to say of a host name in one sentence: what is wrong, or that nothing is. */
export function messageOf({ state, reason, checks }: { state: DomainState; reason: DomainReason | null; checks: readonly CheckResult[] }): string {
  if (reason === 'gave_up') return 'It was not proven within 72 hours and was given up. Make the records below, then look for it again.'
  if (checks.length === 0) return 'Make the records below. It is looked at for the first time within a few seconds.'
  const wrong = checks.find((result) => !result.isPassed && result.reason === reason) ?? checks.find(({ isPassed }) => !isPassed)
  return wrong?.message ?? (state === 'active' ? 'It leads here and answers.' : 'It is looked at again soon.')
}
