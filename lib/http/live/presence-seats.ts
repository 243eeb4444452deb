import type { Presence, PresentTab } from '../../contract/live'

export type Seat = { environmentId: string; tab: PresentTab }
type Taken = Seat & { connections: number; leaving: ReturnType<typeof setTimeout> | null }
export type Seats = ReturnType<typeof makeSeats>

/** The tabs that are connected to this process. One that comes again within `returnMs` never left; `onLeft` hears of the others. */
export function makeSeats(returnMs: number, onLeft: (seat: Seat) => void) {
  const seats = new Map<string, Taken>()
  const leave = (seat: Taken) => {
    seat.connections--
    if (seat.connections > 0) return
    seat.leaving = setTimeout(() => {
      seats.delete(seat.tab.key)
      onLeft(seat)
    }, returnMs).unref()
  }
  return {
    take({ environmentId, tab }: Seat) {
      const known = seats.get(tab.key)
      if (known?.leaving) clearTimeout(known.leaving)
      const seat: Taken = known ? Object.assign(known, { leaving: null, connections: known.connections + 1 }) : { environmentId, tab, connections: 1, leaving: null }
      seats.set(tab.key, seat)
      let isIn = true
      return () => {
        if (isIn) leave(seat)
        isIn = false
      }
    },
    /** Another process has the tab by now. */
    giveUp(key: string) {
      const seat = seats.get(key)
      if (!seat?.leaving) return
      clearTimeout(seat.leaving)
      seats.delete(key)
    },
    move(key: string, presence: Presence) {
      const seat = seats.get(key)
      if (seat) seat.tab = { ...seat.tab, ...presence }
    },
    tab: (key: string) => seats.get(key)?.tab,
    all: (): Seat[] => [...seats.values()],
    isEmpty: () => seats.size === 0,
    close() {
      for (const { leaving } of seats.values()) if (leaving) clearTimeout(leaving)
    },
  }
}
