// What a path is an instance of, told from the path alone: `/orders/4711/items/9` is `/orders/{id}/items/{id}`. Programs need not
// say their routes, so this is a guess; it is bounded whatever is asked for, because anybody may ask for anything.

/** Where requests are counted that have no template of their own. */
export const OTHER_ROUTE = 'other'

const MOST_SEGMENTS = 10
const MOST_SEGMENT = 40
const MOST_PATH = 2_000

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const DATE = /^\d{4}-\d{2}(-\d{2})?(T[\d:.%A+-]*Z?)?$/i
/** Numbers, also signed, with fractions, or several of them as in coordinates and versions of files. */
const NUMBER = /^-?\d+([.,:_-]\d+)*$/
/** Eight and more of the letters that hashes are written with, and a digit among them: `deadbeef` may be a word. */
const HEX = /^(?=.*\d)[0-9a-f]{8,}$/i
const NAMED = /^([a-z]{2,16}[-_])(\d+|(?=.*\d)[0-9a-z]{12,})$/i
/** `main.3f2a9c1d.js`, `chunk-5XK2P9QD.css`: what bundlers make. */
const BUILT = /^([\w-]{1,24}?[.-])(?=[\w-]*\d)([0-9a-zA-Z_-]{7,64})((?:\.[a-z][a-z0-9]{0,4}){1,2})$/
/** What most segments are: nothing in them can be an instance of anything. */
const WORD = /^[a-z_~-]+$/i
const READABLE = /^[\w.~!$&'()*+,;=:@-]+$/
const MAIL = /^[^@]+@[^@]+\.[^@]+$/

/** The template of a path as it stands in a request; what follows `?` is left out. */
export function routeTemplate(target: string): string {
  const path = pathOf(target).slice(0, MOST_PATH)
  if (path === '' || path === '/') return '/'
  if (!path.startsWith('/')) return path === '*' ? '*' : OTHER_ROUTE
  const segments = path.slice(1).split('/', MOST_SEGMENTS + 1)
  const told = segments.slice(0, MOST_SEGMENTS).map(segmentTemplate)
  return `/${told.join('/')}${segments.length > MOST_SEGMENTS ? '/…' : ''}`
}

/** The path of what a request asks for, without its query. Proxies are asked with whole addresses. */
export function pathOf(target: string): string {
  const bare = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]{0,15}:\/\/[^/?#]*/i, '')
  const end = bare.search(/[?#]/)
  return end === -1 ? bare : bare.slice(0, end)
}

function segmentTemplate(segment: string): string {
  if (segment === '') return ''
  if (segment.length <= MOST_SEGMENT && WORD.test(segment)) return segment
  if (segment.length > MOST_SEGMENT) return fileTemplate(segment) ?? '{id}'
  if (DATE.test(segment)) return '{date}'
  if (NUMBER.test(segment) || UUID.test(segment) || HEX.test(segment) || MAIL.test(segment)) return '{id}'
  const named = NAMED.exec(segment)
  if (named) return `${named[1]}{id}`
  if (!READABLE.test(segment)) return '{text}'
  return fileTemplate(segment) ?? (isToken(segment) ? '{id}' : segment)
}

function fileTemplate(segment: string): string | null {
  const built = segment.length <= 100 ? BUILT.exec(segment) : null
  return built && !isWords(built[2]!) ? `${built[1]}{hash}${built[3]}` : null
}

/** Long, with digits and letters in no order that a person would write. */
function isToken(segment: string): boolean {
  return segment.length >= 16 && /\d/.test(segment) && /[a-z]/i.test(segment) && !isWords(segment)
}

/** `release-notes-2`, `top10_songs`: words with a number among them. */
function isWords(text: string): boolean {
  return text.split(/[-_.]/).every((part) => /^([A-Z]?[a-z]+|[A-Z]+)?\d{0,4}$/.test(part))
}

export type RouteBook = {
  /** The template to count a path under. `isFound`: something answered there; what is not there gets no template of its own. */
  of(target: string, isFound: boolean): string
}

const MOST_ROUTES = 100
/** A template that nobody asked for in so long gives its place to another one. */
const IDLE_MS = 60 * 60_000

/** The templates of one service: so many at once and no more, whatever is asked for. `now` is a time in milliseconds. */
export function routeBook(now: () => number, most = MOST_ROUTES): RouteBook {
  /** When each was asked for last. */
  const seen = new Map<string, number>()
  const makeRoom = () => {
    if (seen.size < most) return true
    const oldest = [...seen].reduce((a, b) => (b[1] < a[1] ? b : a))
    return now() - oldest[1] >= IDLE_MS && seen.delete(oldest[0])
  }
  return {
    of(target, isFound) {
      const template = routeTemplate(target)
      if (template === OTHER_ROUTE) return template
      if (!seen.has(template) && !(isFound && makeRoom())) return OTHER_ROUTE
      seen.set(template, now())
      return template
    },
  }
}
