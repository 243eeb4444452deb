/** What the axes of a chart take of its place, in pixels; the plot has the rest. */
export const PLOT_ROOM = { left: 66, right: 10, top: 10, bottom: 22 }

/** How far along the plot a moment lies, from 0 to 1. */
export function alongOf({ fromMs, untilMs }: { fromMs: number; untilMs: number }, atMs: number): number {
  return (atMs - fromMs) / (untilMs - fromMs)
}

/** Where that is, as CSS within the plot. */
export function leftOf(along: number): string {
  return `${(100 * along).toFixed(3)}%`
}
