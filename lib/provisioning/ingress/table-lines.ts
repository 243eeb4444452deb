import { z } from 'zod'

import { Challenge, Route, Site, TcpRoute, type RouteTable } from './table'

// A table as lines of JSON: `{"version":7}`, then one line for each thing in it, `{"route":{…}}`. Who knows what the proxy has says
// only what is different: `{"version":8,"since":"<id>"}`, what is gone as `-` and its line, and what is new. A proxy that has
// another table than `since` says so and is told the whole one. Lines that are known are not read again, so a table of thousands of
// routes costs what is new in it; and others have their turn in between.

const KINDS = { route: Route, tcp: TcpRoute, site: Site, challenge: Challenge }
const Head = z.strictObject({ version: z.number().int(), since: z.string().optional() })

/** One thing in a table. */
export type TableEntry = { [Kind in keyof typeof KINDS]: { kind: Kind; value: z.infer<(typeof KINDS)[Kind]> } }[keyof typeof KINDS]
/** The things of a table by the lines that say them. */
export type KnownLines = ReadonlyMap<string, TableEntry>

/** Characters of a piece. */
const PIECE = 64 * 1024

/** Lines in pieces of some 64 KB. */
export function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += `${line}\n`
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

/** What is in the table, each thing as its line. */
export function* linesOf({ routes, tcp = [], sites = [], challenges = [] }: Omit<RouteTable, 'version'>): Generator<string> {
  for (const route of routes) yield JSON.stringify({ route })
  for (const route of tcp) yield JSON.stringify({ tcp: route })
  for (const site of sites) yield JSON.stringify({ site })
  for (const challenge of challenges) yield JSON.stringify({ challenge })
}

/** The whole table, as it is told. */
export function* wholeTable(version: number, lines: Iterable<string>): Generator<string> {
  yield JSON.stringify({ version })
  yield* lines
}

/** What is different in it from the one that the proxy calls `since`. */
export function* tableSince(since: string, version: number, { former, lines }: { former: ReadonlySet<string>; lines: ReadonlySet<string> }): Generator<string> {
  yield JSON.stringify({ version, since })
  for (const line of former) if (!lines.has(line)) yield `-${line}`
  for (const line of lines) if (!former.has(line)) yield line
}

/** The table that is in force, as those that are told later refer to it. */
export type Base = { id: string; lines: KnownLines }

/** What was told begins with another table than the one in force: the whole one has to be told. */
export class OtherBase extends Error {}

export type TableReader = {
  /** The next bytes. Throws an Error with a sentence when a line cannot be read, OtherBase when it is told from another one. */
  read(bytes: Buffer): void
  /** When all bytes were read. Throws an Error with a sentence when the last line is not whole, or there is none. */
  finish(): { version: number; lines: Map<string, TableEntry>; /** Whether it was told as what is different. */ isSince: boolean }
}

/** Reads a table as it comes. */
export function tableReader(base: Base): TableReader {
  let lines = new Map<string, TableEntry>()
  let head: z.infer<typeof Head> | null = null
  let count = 0
  let rest: Buffer = Buffer.alloc(0)

  const begin = (line: string) => {
    const { version, since } = said(1, () => Head.parse(JSON.parse(line)))
    head = { version, since }
    if (since === undefined) return
    if (since !== base.id) throw new OtherBase('The proxy has another table than this one begins with: tell the whole one.')
    lines = new Map(base.lines)
  }
  const take = (line: string) => {
    count++
    if (head === null) begin(line)
    else if (head.since !== undefined && line.startsWith('-')) lines.delete(line.slice(1))
    else if (!lines.has(line)) lines.set(line, base.lines.get(line) ?? said(count, () => parsed(line)))
  }
  return {
    read(bytes) {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      let from = 0
      for (let at = all.indexOf(10); at !== -1; at = all.indexOf(10, from)) {
        take(all.toString('utf8', from, at))
        from = at + 1
      }
      rest = all.subarray(from)
    },
    finish() {
      if (head === null) throw new Error('The table is empty: its first line must say its version.')
      if (rest.length > 0) throw new Error('The last line of the table is not whole.')
      return { version: head.version, lines, isSince: head.since !== undefined }
    },
  }
}

function parsed(line: string): TableEntry {
  const [[kind, value] = ['', null], ...more] = Object.entries(JSON.parse(line) as object)
  if (more.length > 0 || !Object.hasOwn(KINDS, kind)) throw new Error(`there must be one of ${Object.keys(KINDS).join(', ')}, found ${[kind, ...more.map(([name]) => name)].join(', ') || 'nothing'}`)
  return { kind, value: KINDS[kind as TableEntry['kind']].parse(value) } as TableEntry
}

/** What is wrong, with the line it stands in. */
function said<T>(line: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const why = error instanceof z.ZodError ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)[0] : (error as Error).message
    throw new Error(`Line ${line} of the table cannot be used: ${why}.`, { cause: error })
  }
}
