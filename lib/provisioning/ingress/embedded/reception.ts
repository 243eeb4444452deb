import { balance } from './balance'
import { carry } from './carry'
import { holdingRoom, type HoldingLimits, type HoldingRoom } from './holding-room'
import { unavailablePage, unknownHostPage } from './pages'
import { isHolding, type RouteIndex } from './route-index'
import { endedOf, type Recorder } from './telemetry/recorder'
import { trafficCounters, type Counters } from './traffic'
import type { Visitor } from './visitor'

/** Says of everybody who comes in where to go: to a target, into the holding room, or away with a page. */
export type Reception = {
  /** `admit` calls what it is given when the visitor may come in, or refuses it. Who is refused wakes nobody. */
  receive(visitor: Visitor, admit?: (goOn: () => void) => void): void
  /** To be told when a table is in force. */
  follow(): void
  counters: Counters
  room: HoldingRoom
}

/** How often a visitor may be sent to where the table meanwhile leads, before it is told that nobody answered. */
const MOST_LOOKS = 3

export function reception(index: () => RouteIndex, options: { answerMs: number; limits: HoldingLimits; recorder: Recorder }): Reception {
  const counters = trafficCounters(index)
  const turns = balance()

  const enter = (visitor: Visitor, looks: number, onAnswer: () => void): void => {
    if (visitor.isOver()) return
    const route = visitor.find()
    if (!route) return visitor.refuse(unknownHostPage(visitor.host))
    if (isHolding(route)) {
      onAnswer()
      return room.take(visitor, route)
    }
    if (route.targets.length === 0) return visitor.refuse(unavailablePage(route))
    const lookAgain = looks > 0 ? () => enter(visitor, looks - 1, onAnswer) : null
    carry(visitor, route, { index, counters, balance: turns, answerMs: options.answerMs, lookAgain, onAnswer })
  }
  const goOn = (visitor: Visitor, done: () => void) => {
    visitor.whenOver(done)
    enter(visitor, MOST_LOOKS, done)
  }
  const room = holdingRoom({ index, counters, limits: options.limits, goOn })
  return {
    receive(visitor, admit = (goOn) => goOn()) {
      const route = visitor.find()
      if (route) visitor.whenOver(() => options.recorder.record(endedOf(route.serviceId, visitor)))
      admit(() => {
        if (route) counters.arrived(route.serviceId)
        enter(visitor, MOST_LOOKS, () => {})
      })
    },
    follow() {
      counters.follow()
      turns.follow(index())
      room.follow()
    },
    counters,
    room,
  }
}
