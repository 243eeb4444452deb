import { z } from 'zod'

import { Challenge, Route, Site, TcpRoute, type RouteTable } from './table'

// A table as lines of JSON: `{"version":7}`, then one line for each thing in it, `{"route":{…}}`. Whoever has read a table before
// knows most lines of the next one again and need not read them: a table of thousands of routes costs what is new in it. In between
// others have their turn.

const KINDS = { route: Route, tcp: TcpRoute, site: Site, challenge: Challenge }
const Version = z.strictObject({ version: z.number().int() })

/** One thing in a table. */
export type TableEntry = { [Kind in keyof typeof KINDS]: { kind: Kind; value: z.infer<(typeof KINDS)[Kind]> } }[keyof typeof KINDS]
/** The things of a table by the lines that say them. */
export type KnownLines = ReadonlyMap<string, TableEntry>

/** Characters of a piece. */
const PIECE = 64 * 1024

/** The table in pieces of whole lines, each line with its end. */
export function* piecesOf(table: RouteTable): Generator<string> {
  yield* inPieces(linesOf(table))
}

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

function* linesOf({ version, routes, tcp = [], sites = [], challenges = [] }: RouteTable): Generator<string> {
  yield JSON.stringify({ version })
  for (const route of routes) yield JSON.stringify({ route })
  for (const route of tcp) yield JSON.stringify({ tcp: route })
  for (const site of sites) yield JSON.stringify({ site })
  for (const challenge of challenges) yield JSON.stringify({ challenge })
}

export type TableReader = {
  /** The next bytes. Throws an Error with a sentence when a line cannot be read. */
  read(bytes: Buffer): void
  /** When all bytes were read. Throws an Error with a sentence when the last line is not whole, or there is none. */
  finish(): { version: number; lines: Map<string, TableEntry> }
}

/** Reads a table as it comes, with each of its things as soon as it is there. */
export function tableReader(known: KnownLines, onEntry: (entry: TableEntry) => void): TableReader {
  const lines = new Map<string, TableEntry>()
  let version: number | null = null
  let rest: Buffer = Buffer.alloc(0)

  const take = (line: string) => {
    if (version === null) version = said(1, () => Version.parse(JSON.parse(line)).version)
    else if (!lines.has(line)) {
      const entry = known.get(line) ?? said(lines.size + 2, () => parsed(line))
      lines.set(line, entry)
      onEntry(entry)
    }
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
      if (version === null) throw new Error('The table is empty: its first line must say its version.')
      if (rest.length > 0) throw new Error('The last line of the table is not whole.')
      return { version, lines }
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
