import type { Entry, HttpMethod } from '../contract/entry'
import { CONTRACT } from '../contract'

export type Match = { entry: Entry; params: Record<string, string> }

const ROUTES = CONTRACT.map((entry) => ({ entry, segments: entry.http.path.split('/').filter(Boolean) }))

/** The entry that answers a method and path (below /api/v1), with its path parameters. Fixed words win over parameters. */
export function matchRoute(method: string, path: readonly string[]): Match | { allowed: HttpMethod[] } {
  const fitting = ROUTES.map(({ entry, segments }) => ({ entry, params: fit(segments, path), fixed: segments.filter((s) => !s.startsWith('{')).length }))
    .filter((route): route is typeof route & { params: Record<string, string> } => route.params !== null)
    .sort((a, b) => b.fixed - a.fixed)
  const hit = fitting.find((route) => route.entry.http.method === method)
  return hit ? { entry: hit.entry, params: hit.params } : { allowed: fitting.map((route) => route.entry.http.method) }
}

function fit(segments: readonly string[], path: readonly string[]): Record<string, string> | null {
  if (segments.length !== path.length) return null
  const params: Record<string, string> = {}
  for (const [i, segment] of segments.entries()) {
    const given = path[i]!
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = given
    else if (segment !== given) return null
  }
  return params
}
