// Redirects of a host name that send visitors round without end: a browser gives up after some twenty.

export type Redirect = { from: string; to: string }
/** `hostname`: whose redirects these are. `sentBack`: other names that send their visitors on to it, by the same path. */
export type Around = { hostname: string; sentBack?: readonly string[] }

const MOST_STEPS = 20
/** What is asked for below a path that ends with a star. */
const BELOW = 'x'

/**
 * The paths that one visitor is sent through who never arrives, from the first to where it is told; null when all arrive. One that is
 * sent to where they are already is not sent, as the proxy has it. Queries are not looked at.
 */
export function redirectCircle(redirects: readonly Redirect[], around: Around): string[] | null {
  for (const { from } of redirects) {
    const steps = [from.endsWith('/*') ? `${from.slice(0, -1)}${BELOW}` : from]
    for (;;) {
      const next = nextOf(steps.at(-1)!, redirects, around)
      if (next === null) break
      const isKnown = steps.includes(next.path)
      steps.push(...next.by, next.path)
      if (isKnown || steps.length > MOST_STEPS) return isKnown ? steps.slice(steps.indexOf(next.path)) : steps.slice(0, 4)
    }
  }
  return null
}

/** The path of the same host name that this one leads to, and by which address of another one; null for none, and for another host. */
function nextOf(path: string, redirects: readonly Redirect[], { hostname, sentBack = [] }: Around): { path: string; by: string[] } | null {
  for (const { from, to } of redirects) {
    const base = from.endsWith('/*') ? from.slice(0, -2) : null
    const fits = base === null ? path === from : path === base || path.startsWith(`${base}/`)
    if (!fits) continue
    const rest = base === null ? '' : path.slice(base.length).replace(/^\/+/, '')
    const url = new URL(to.endsWith('/*') ? `${to.slice(0, -1)}${rest}` : to, `https://${hostname}`)
    if (sentBack.includes(url.hostname)) return { path: url.pathname, by: [url.href] }
    if (url.hostname !== hostname) return null
    if (url.pathname !== path) return { path: url.pathname, by: [] }
  }
  return null
}
