/** A span of the day in a time zone; from 22:00 to 06:00 goes over midnight. */
export type Window = { from: string; to: string; timeZone: string }

/** Whether a moment lies in a window; without one, every moment does. The beginning is in it, the end is not. */
export function isInWindow(window: Window | null, at: Date): boolean {
  if (window === null) return true
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: window.timeZone }).format(at)
  return window.from < window.to ? time >= window.from && time < window.to : time >= window.from || time < window.to
}
