// References of images, as Docker reads them: `[registry/]repository[:tag][@digest]`.

export type Reference = {
  /** `docker.io` where none is written. */
  registry: string
  /** Without the registry, such as `library/postgres`. */
  repository: string
  tag: string | null
  digest: string | null
}

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\d{1,5})?$/
const PART = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^sha256:[0-9a-f]{64}$/

/** What Docker understands by a reference. */
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

/** Why a text cannot be the reference of an image, as a sentence; null when it can. */
export function referenceComplaint(text: string): string | null {
  if (/[\s\p{Cc}]/u.test(text)) return 'Must not contain spaces.'
  if (/^[a-z]+:\/\//i.test(text)) return 'Must be the name of an image such as ghcr.io/owner/app:1.2, without https://.'
  if (text.split('@').length > 2) return 'Must not contain more than one @.'
  const { registry, repository, tag, digest } = parseReference(text)
  if (!HOST.test(registry)) return `The registry ${registry || '(nothing)'} is not a host name.`
  if (repository.length > 200) return 'Is too long.'
  if (/[A-Z]/.test(repository)) return 'The name of an image must be in lower case.'
  if (!repository.split('/').every((part) => PART.test(part))) return 'Must be the name of an image such as postgres:16 or ghcr.io/owner/app:1.2.'
  if (tag !== null && !TAG.test(tag)) return `${tag || 'Nothing'} cannot be a tag: it has letters, digits, points, hyphens and underscores.`
  if (digest !== null && !DIGEST.test(digest)) return 'The digest must be sha256: followed by 64 hexadecimal digits.'
  return null
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

const REGISTRY_HOSTS: Record<string, string> = { 'hub.docker.com': 'docker.io', 'index.docker.io': 'docker.io', 'registry-1.docker.io': 'docker.io' }

/** The registry a person means by an address they typed; null when it cannot be one. */
export function registryServer(text: string): string | null {
  const host = text.trim().replace(/^https?:\/\//i, '').replace(/\/(?:v[12]\/?)?$/, '').toLowerCase()
  return HOST.test(host) ? (REGISTRY_HOSTS[host] ?? host) : null
}
