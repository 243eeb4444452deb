// Host names as people type them, and as they are kept: lower case A-labels (RFC 5890) without a dot at the end.

/** Of a whole name, as text (RFC 1035). */
const MAX_NAME = 253
/** Of one part. */
const MAX_LABEL = 63
/** As much of a name is repeated. */
const SHOWN = 80
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Top-level names that no public resolver answers for (RFC 6761, 6762, 7686, 8375, 9476), or that are used in private networks. */
const NOT_PUBLIC = ['localhost', 'local', 'internal', 'invalid', 'test', 'example', 'onion', 'lan', 'home', 'corp', 'alt', 'arpa']

export type HostName = {
  /** As it is kept; begins with `*.` for a wildcard. */
  hostname: string
  isWildcard: boolean
}

export type ReadHostName = { ok: true; name: HostName } | { ok: false; message: string }

/**
 * What somebody means who types or pastes a host name: an address of a page is taken for its host, letters of other scripts become
 * A-labels. `message`: what is wrong and what to type, as a sentence.
 */
export function readHostName(text: string): ReadHostName {
  const typed = bare(text)
  if (typed === '') return refuse('Type a host name such as www.example.com.')
  if (/^\[|^[0-9a-f]*:[0-9a-f:.]+$/i.test(typed) || /^\d+(\.\d+){3}$/.test(typed)) return refuse(`${typed} is an address. Type a host name that leads to it, such as www.example.com.`)
  const isWildcard = typed.startsWith('*.')
  const rest = isWildcard ? typed.slice(2) : typed
  if (rest.includes('*')) return refuse('A * can only stand for the whole first part, as in *.example.com.')
  const hostname = toAscii(rest)
  if (hostname === null) return refuse(whatCannotBe(rest))
  const wrong = whatIsWrong(hostname, isWildcard)
  return wrong === null ? { ok: true, name: { hostname: isWildcard ? `*.${hostname}` : hostname, isWildcard } } : refuse(wrong)
}

/** Without scheme, user, port, path and the dot at the end, which people paste along. */
function bare(text: string): string {
  const typed = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#\\].*$/s, '').replace(/^[^@]*@/, '')
  return (typed.startsWith('[') || /:.*:/.test(typed) ? typed : typed.replace(/:\d{1,5}$/, '')).replace(/[.。．｡]$/, '').toLowerCase()
}

/** Why a name is none: what is wrong with the first part that is. */
function whatCannotBe(name: string): string {
  const labels = name.split('.')
  const told = name.length > SHOWN ? `${name.slice(0, SHOWN)}…` : name
  const use = 'Use letters, digits and dashes, with dots between.'
  if (labels.includes('')) return `${told} has a dot too many: each part between dots needs characters. ${use}`
  const long = labels.find((label) => /^[\x21-\x7e]+$/.test(label) && label.length > MAX_LABEL)
  if (long !== undefined) return `A part between dots has at most ${MAX_LABEL} characters; ${long.slice(0, 12)}… has ${long.length} characters.`
  const dashed = labels.find((label) => /^[a-z0-9-]+$/.test(label) && /^-|-$/.test(label))
  if (dashed !== undefined) return `${told} has characters in the wrong place: no part may begin or end with a dash, as ${dashed} does.`
  if (name.includes('_')) return `${told} has characters that a host name cannot have: underscores are for other kinds of records. ${use}`
  return `${told} has characters that a host name cannot have. ${use}`
}

/** A-labels by the rules that addresses of pages follow (UTS 46); null for what is no name. The same in browsers and on the server. */
function toAscii(name: string): string | null {
  if (/[\s%_@:/?#[\]\\]/.test(name) || !URL.canParse(`http://${name}.example`)) return null
  const host = new URL(`http://${name}.example`).hostname.replace(/\.example$/, '')
  return host.split('.').every((label) => LABEL.test(label)) ? host : null
}

function whatIsWrong(hostname: string, isWildcard: boolean): string | null {
  const labels = hostname.split('.')
  const top = labels.at(-1)!
  if (hostname.length + (isWildcard ? 2 : 0) > MAX_NAME) return `A host name has at most ${MAX_NAME} characters.`
  if (challengeName(hostname).length > MAX_NAME) return `A host name has at most ${MAX_NAME - challengeName('').length} characters here, because the name of the record that proves it is longer.`
  if (NOT_PUBLIC.includes(top)) return `Names that end with .${top} are known on this machine or in this network only. Type a name that everybody can look up.`
  if (labels.length === 1) return `${hostname} has no dot. Type the whole name, such as www.example.com.`
  // Browsers take both for the end of an address (WHATWG URL, 3.5).
  if (/^(\d+|0x[0-9a-f]*)$/.test(top)) return `${hostname} ends with a number, as addresses do. Type a host name.`
  return null
}

function refuse(message: string): ReadHostName {
  return { ok: false, message }
}

/** The name below which the record stands that proves a host name: without the first part of a wildcard. */
export function baseOf(hostname: string): string {
  return hostname.replace(/^\*\./, '')
}

/** Where the TXT record stands that proves a host name. */
export function challengeName(hostname: string): string {
  return `_easel-challenge.${baseOf(hostname)}`
}

/** A name that is looked up and asked in place of a host name: of a wildcard, one that nobody else uses. */
export function sampleOf(hostname: string, token: string): string {
  return hostname.startsWith('*.') ? `easel-${token.slice(-12).toLowerCase()}.${baseOf(hostname)}` : hostname
}

/**
 * Names, with those of wildcards, to which a host name belongs as a part: whoever has proven one of them decides about it. Of
 * `a.b.example.com`: `*.b.example.com`, `b.example.com`, `*.example.com`, `example.com`, …; itself is left out.
 */
export function namesAbove(hostname: string): string[] {
  const labels = baseOf(hostname).split('.')
  const above = labels.slice(1, -1).map((_, i) => labels.slice(i + 1).join('.'))
  const own = hostname.startsWith('*.') ? [baseOf(hostname)] : []
  return [...own, ...above.flatMap((name) => [`*.${name}`, name])]
}

/** Whether a name is another one, or below it. */
export function isWithin(name: string, other: string): boolean {
  return name === other || name.endsWith(`.${other}`)
}
