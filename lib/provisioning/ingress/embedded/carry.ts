import type { Route } from '../table'
import type { Balance } from './balance'
import { brokenPage, refusedPage, timeoutPage, type Page } from './pages'
import type { RouteIndex, Target } from './route-index'
import { tooLargePage } from './site/rule-pages'
import type { Counters } from './traffic'
import type { Failure, Visitor } from './visitor'

// Brings a visitor to a target that answers.
//
// A visitor is counted at a target from the moment the target is chosen, in the same turn of the event loop in which its
// route was looked up. So when a table is in force, nothing uncounted is on its way to where a former one led, and no
// second try begins there either: before each of them, a route that may have changed is looked up again.

export type Carrying = {
  index(): RouteIndex
  counters: Counters
  balance: Balance
  answerMs: number
  /** Begins anew with the route as it is now; null when that was done often enough. */
  lookAgain: (() => void) | null
  onAnswer(): void
}

/** Tries the targets of the route in turn, and answers with a page that says why none took it. */
export function carry(visitor: Visitor, route: Route, carrying: Carrying): void {
  const { counters, balance, index } = carrying
  const table = index().table
  const close = counters.open(route.serviceId)
  let leave = () => {}
  visitor.whenOver(() => {
    leave()
    close()
  })

  const tryAt = (target: Target, others: Target[], fresh: boolean) => {
    leave = counters.carry(target)
    visitor.attempt(target, fresh, {
      answered: carrying.onAnswer,
      failed: (failure) => afterFailure(failure, target, others),
    })
  }
  const afterFailure = (failure: Failure, target: Target, others: Target[]) => {
    leave()
    if (visitor.isOver()) return
    if (failure.kind === 'not_connected') balance.refused(target)
    const isOutdated = index().table !== table
    if (failure.mayRepeat && isOutdated && carrying.lookAgain) {
      close()
      return carrying.lookAgain()
    }
    const [next, ...rest] = others
    if (failure.kind === 'stale' && !isOutdated) return tryAt(target, others, true)
    if (failure.kind === 'not_connected' && next && !isOutdated) return tryAt(next, rest, false)
    close()
    visitor.refuse(pageOf(failure, route, carrying.answerMs))
  }
  const [first, ...others] = balance.order(route)
  if (first) tryAt(first, others, false)
}

function pageOf({ kind, limit }: Failure, route: Route, answerMs: number): Page {
  if (kind === 'timeout') return timeoutPage(route.name, Math.round((limit ?? answerMs) / 1000))
  if (kind === 'too_large') return tooLargePage(limit ?? 0)
  return kind === 'not_connected' ? refusedPage(route.name) : brokenPage(route.name)
}
