// What comes to services and goes between them, as it is drawn. How it is drawn of what the stream tells is in `draw-traffic`, which is
// loaded when something is told.

/** `path`: the curve of the last minutes, for the `d` of a path in a box of `CURVE`; null for one that is flat at zero. */
export type DrawnService = { sentence: string; rate: string; p95: string | null; path: string | null; isErring: boolean }
/** `driftSeconds`: in which its dashes move on by one. Null while nothing goes there. */
export type DrawnLink = { sentence: string; rate: string; isErring: boolean; driftSeconds: number } | null

export type Traffic = { services: Readonly<Record<string, DrawnService>>; links: Readonly<Record<string, DrawnLink>> }

export const NO_TRAFFIC: Traffic = { services: {}, links: {} }

export const CURVE = { width: 32, height: 10 }

/** How a link between two services is found. */
export function linkKey(from: string, to: string): string {
  return `${from} ${to}`
}
