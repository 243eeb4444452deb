/** `Sun, 22 Nov 2026, 03:00` on the clock of a zone. Written alike on the server and in every browser. */
export function clockIn(at: string | Date, timeZone: string): string {
  return new Date(at).toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
}
