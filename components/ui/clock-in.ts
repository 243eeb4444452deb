/** `Sun, 22 Nov 2026, 03:00` on the clock of a zone. */
export function clockIn(at: string | Date, timeZone?: string): string {
  return new Date(at).toLocaleString(undefined, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
}
