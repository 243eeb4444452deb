/** Sorts names as people count: `svc-2` stands before `svc-10`. */
export function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
