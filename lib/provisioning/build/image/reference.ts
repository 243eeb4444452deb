// References of images, as Docker reads them: `[registry/]repository[:tag][@digest]`.

export type Reference = {
  /** `docker.io` where none is written. */
  registry: string
  /** Without the registry, such as `library/postgres`. */
  repository: string
  tag: string | null
  digest: string | null
}

/** What Docker understands by a reference that has been checked already. */
export function parseReference(text: string): Reference {
  const [named = '', digest = null] = text.split('@')
  const colon = named.lastIndexOf(':')
  const hasTag = colon > named.lastIndexOf('/')
  const name = hasTag ? named.slice(0, colon) : named
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const isRegistry = first.includes('.') || first.includes(':') || first === 'localhost'
  const registry = isRegistry && first !== 'index.docker.io' ? first : 'docker.io'
  const path = isRegistry ? name.slice(slash + 1) : name
  return { registry, repository: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path, tag: hasTag ? named.slice(colon + 1) : null, digest }
}

/** Registry and repository in full: equal for references to the same repository, however they are written. */
export function repositoryOf(text: string): string {
  const { registry, repository } = parseReference(text)
  return `${registry}/${repository}`
}

/** The address under which Docker keeps the credentials of a registry. */
export function credentialsKey(server: string): string {
  return server === 'docker.io' ? 'https://index.docker.io/v1/' : server
}
