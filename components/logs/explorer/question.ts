// What the explorer is asked, as its address says it: a filter, a window of time, and maybe one line to show. The address is the
// permalink, so everything that changes what one sees stands in it.

/** Where in time one looks. `last`: from so long ago until the moment of asking; `live`: the newest lines, as they come. */
export type LogWindow = { kind: 'live' } | { kind: 'last'; span: Span } | { kind: 'fixed'; from: string; until: string }

export type Question = {
  filter: string
  window: LogWindow
  /** The line that is shown, if the address names one. */
  line: string | null
}

const MINUTE_MS = 60_000

/** The windows that end now, as they stand in the address, with their length. */
export const SPANS = { '15m': 15 * MINUTE_MS, '1h': 60 * MINUTE_MS, '6h': 360 * MINUTE_MS, '24h': 1_440 * MINUTE_MS, '7d': 10_080 * MINUTE_MS } as const
export type Span = keyof typeof SPANS

export const SPAN_WORDS: Record<Span, string> = { '15m': 'Last 15 minutes', '1h': 'Last hour', '6h': 'Last 6 hours', '24h': 'Last 24 hours', '7d': 'Last 7 days' }

/** What a live view looks back on, for its histogram and its facets. */
export const LIVE_MS = SPANS['15m']
/** No window is made shorter than this. */
export const SHORTEST_MS = 1_000

/** Reads an address. What makes no sense in it is left out. */
export function readQuestion(params: Pick<URLSearchParams, 'get'>): Question {
  return { filter: params.get('filter') ?? '', window: readWindow(params), line: /^\d{1,19}$/.exec(params.get('line') ?? '')?.[0] ?? null }
}

function readWindow(params: Pick<URLSearchParams, 'get'>): LogWindow {
  const last = params.get('last') ?? ''
  if (last in SPANS) return { kind: 'last', span: last as Span }
  const [from, until] = [Date.parse(params.get('from') ?? ''), Date.parse(params.get('until') ?? '')]
  return from < until ? fixed(from, until) : { kind: 'live' }
}

/** The query string of a question, with its question mark; empty for the question that an address without one asks. */
export function writeQuestion({ filter, window, line }: Question): string {
  const params = new URLSearchParams()
  if (filter.trim() !== '') params.set('filter', filter.trim())
  if (window.kind === 'last') params.set('last', window.span)
  if (window.kind === 'fixed') {
    params.set('from', window.from)
    params.set('until', window.until)
  }
  if (line !== null) params.set('line', line)
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** A window between two moments, long enough to hold something. */
export function fixed(fromMs: number, untilMs: number): LogWindow {
  const until = Math.max(untilMs, fromMs + SHORTEST_MS)
  return { kind: 'fixed', from: new Date(fromMs).toISOString(), until: new Date(until).toISOString() }
}

/** When a window begins and ends, asked now. */
export function boundsOf(window: LogWindow, nowMs: number): { fromMs: number; untilMs: number } {
  if (window.kind === 'fixed') return { fromMs: Date.parse(window.from), untilMs: Date.parse(window.until) }
  return { fromMs: nowMs - (window.kind === 'live' ? LIVE_MS : SPANS[window.span]), untilMs: nowMs }
}

/** The next longer window around this one, for who found nothing or too little; null where there is none. */
export function wider(window: LogWindow, nowMs: number): LogWindow | null {
  const { fromMs, untilMs } = boundsOf(window, nowMs)
  const longer = (Object.keys(SPANS) as Span[]).find((span) => SPANS[span] > untilMs - fromMs)
  if (window.kind !== 'fixed') return longer === undefined ? null : { kind: 'last', span: longer }
  const length = untilMs - fromMs
  const until = Math.min(nowMs, untilMs + length / 2)
  return fixed(until - 2 * length, until)
}

/** `Live`, `Last 6 hours`, `22 Nov, 12:31:00 – 12:45:00`. */
export function windowWords(window: LogWindow): string {
  if (window.kind === 'live') return 'Live'
  if (window.kind === 'last') return SPAN_WORDS[window.span]
  const [from, until] = [new Date(window.from), new Date(window.until)]
  const isOneDay = from.toDateString() === until.toDateString()
  return `${dayWords(from)}, ${clockWords(from)} – ${isOneDay ? '' : `${dayWords(until)}, `}${clockWords(until)}`
}

function dayWords(time: Date): string {
  return time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
}

function clockWords(time: Date): string {
  return time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
}
