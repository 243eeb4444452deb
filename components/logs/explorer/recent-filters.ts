/** As many as one looks through. */
const MOST = 12
const keyOf = (environmentId: string) => `easel-log-filters:${environmentId}`

/** The filters that were used here last, newest first. They are kept by this browser; where it keeps nothing there are none. */
export function recentFilters(environmentId: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(environmentId)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}

/** Keeps a filter that was used. */
export function rememberFilter(environmentId: string, filter: string): void {
  if (filter === '') return
  try {
    localStorage.setItem(keyOf(environmentId), JSON.stringify([filter, ...recentFilters(environmentId).filter((each) => each !== filter)].slice(0, MOST)))
  } catch {
    // Full, or not allowed: then it is not remembered.
  }
}
