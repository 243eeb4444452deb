// Where names of services stand within values. Every part has a longest length, so that no value takes long to look through.

/** `scheme://user@host:port/path?query`; what follows may be anything. */
export const URLS = /([A-Za-z][A-Za-z0-9+.:-]{0,40}):\/\/(?:([^\s/@,"']{0,500})@)?([A-Za-z0-9][A-Za-z0-9._-]{0,100})(?::(\d{1,5}))?(?![A-Za-z0-9._:@-])(\/[^\s,"'?#]{0,2000})?(\?[^\s,"'#]{0,2000})?/g

export type Url = { scheme: string; user: string; host: string; port: string; path: string; query: string; /** Path and query. */ tail: string }

/** What was found by `URLS`. */
export function urlIn([scheme = '', user, host = '', port, path, query]: readonly (string | undefined)[]): Url {
  return { scheme, user: user ?? '', host, port: port ?? '', path: path ?? '', query: query ?? '', tail: `${path ?? ''}${query ?? ''}` }
}

/** `host:port`, or several of them. */
export const HOST_PORTS = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}:\d{1,5}(,[A-Za-z0-9][A-Za-z0-9._-]{0,100}:\d{1,5}){0,50}$/

/** Such a text with some of them replaced; null keeps one. */
export function hostPorts(text: string, replace: (found: { host: string; port: string }) => string | null): string {
  return text
    .split(',')
    .map((each) => {
      const at = each.lastIndexOf(':')
      return replace({ host: each.slice(0, at), port: each.slice(at + 1) }) ?? each
    })
    .join(',')
}

/** Ports by which values name a host: what others say it listens on. */
export function portsSaid(value: string): { host: string; port: number }[] {
  const found: { host: string; port: number }[] = []
  if (HOST_PORTS.test(value)) hostPorts(value, ({ host, port }) => (found.push({ host, port: Number(port) }), null))
  else for (const match of value.matchAll(URLS)) if (match[4] !== undefined) found.push({ host: match[3]!, port: Number(match[4]) })
  return found
}
