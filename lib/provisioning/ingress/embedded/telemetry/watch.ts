import type { Outcome } from '../../telemetry'
import type { Target } from '../route-index'
import type { Visitor } from '../visitor'
import type { Recorder } from './recorder'

/** What nginx calls a request whose client left before the answer; nobody is ever sent it. */
const CLIENT_LEFT = 499

/** The visitor, watched: what became of it is written down when it is over. */
export function watch(visitor: Visitor, serviceId: string, recorder: Recorder): Visitor {
  let target: Target | null = null
  let status = CLIENT_LEFT
  let outcome: Outcome = 'client_left'
  let firstByteMs: number | null = null
  const begin = (what: Outcome, code: number) => {
    outcome = what
    status = code
    firstByteMs = performance.now() - visitor.arrivedAt
  }
  visitor.whenOver(() => {
    const { bytesIn, bytesOut, isWhole } = visitor.carried()
    const hasLeft = (outcome === 'answered' || outcome === 'page') && !isWhole
    recorder.record({
      ...visitor.about,
      serviceId,
      deploymentId: target?.deploymentId || null,
      replica: target?.replica ?? null,
      status,
      outcome: hasLeft ? 'client_left' : outcome,
      durationMs: performance.now() - visitor.arrivedAt,
      firstByteMs,
      bytesIn,
      bytesOut,
      caller: visitor.caller(),
    })
  })
  return {
    ...visitor,
    refuse(page) {
      begin('page', page.status)
      visitor.refuse(page)
    },
    attempt(chosen, fresh, report) {
      target = chosen
      visitor.attempt(chosen, fresh, {
        ...report,
        answered(code) {
          begin(code === 101 ? 'upgraded' : 'answered', code)
          report.answered(code)
        },
        brokeOff() {
          outcome = 'broke_off'
          report.brokeOff()
        },
      })
    },
  }
}
