/**
 * Whether a link, by the names of the way to it, leads out of its folder. Folders on the way are real ones, so steps up at the
 * beginning of where it leads are exact; after other steps, which may be links themselves, they would lead anywhere.
 */
export function leadsOut(way: readonly string[], target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0') || target.length > 2000) return true
  const steps = target.split('/').filter((step) => step !== '' && step !== '.')
  const first = steps.findIndex((step) => step !== '..')
  const ups = first < 0 ? steps.length : first
  return ups > way.length - 1 || steps.slice(ups).includes('..')
}
