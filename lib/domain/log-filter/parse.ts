import { EVERYTHING, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, type Filter, type Place, type Problem } from './filter'
import { readTerm } from './read-term'
import { tokenize, type Token } from './tokenize'

// The grammar is in docs/log-filter.md. `OR` binds less than standing beside each other, which is the same as `AND`.

export type Parsed = { ok: true; filter: Filter } | { ok: false; problem: Problem }

/** Thrown within this file only. */
class Wrong extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message)
  }
}

/** Reads a filter. A problem says where it is and what to write instead. Never throws. */
export function parse(text: string): Parsed {
  if (text.length > MAX_LENGTH) return { ok: false, problem: { at: MAX_LENGTH, length: text.length - MAX_LENGTH, message: `A filter has at most ${MAX_LENGTH} characters. Leave something out.` } }
  const tokens = tokenize(text)
  const surplus = tokens.filter(({ kind }) => kind === 'term')[MAX_TERMS]
  if (surplus) return { ok: false, problem: { at: surplus.at, length: surplus.length, message: `A filter has at most ${MAX_TERMS} terms. Leave some out.` } }
  try {
    const reader = { tokens, next: 0, end: { at: text.length, length: 0 } }
    const filter = tokens.length === 0 ? EVERYTHING : readOr(reader, 0)
    const left = tokens[reader.next]
    if (left) throw wrong(left, 'This parenthesis closes nothing. Take it out, or put it in quotes to look for it.')
    return { ok: true, filter }
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, problem: error.problem }
    throw error
  }
}

type Reader = { tokens: readonly Token[]; next: number; end: Place }

function readOr(reader: Reader, depth: number): Filter {
  const of = [readAnd(reader, depth)]
  while (reader.tokens[reader.next]?.kind === 'or') {
    reader.next++
    of.push(readAnd(reader, depth))
  }
  return joined('or', of)
}

function readAnd(reader: Reader, depth: number): Filter {
  const of = [readNot(reader, depth)]
  for (;;) {
    const kind = reader.tokens[reader.next]?.kind
    if (kind === undefined || kind === 'or' || kind === 'close') return joined('and', of)
    if (kind === 'and') reader.next++
    of.push(readNot(reader, depth))
  }
}

function readNot(reader: Reader, depth: number): Filter {
  const token = reader.tokens[reader.next]
  if (depth > MAX_DEPTH) throw wrong(token ?? reader.end, `A filter is at most ${MAX_DEPTH} levels deep. Take out some parentheses.`)
  if (token?.kind !== 'minus' && token?.kind !== 'not') return readPrimary(reader, depth)
  reader.next++
  return { kind: 'not', of: readNot(reader, depth + 1) }
}

function readPrimary(reader: Reader, depth: number): Filter {
  const token = reader.tokens[reader.next]
  const before = reader.tokens[reader.next - 1]
  if (token?.kind === 'term') {
    reader.next++
    const read = readTerm(token)
    if ('problem' in read) throw new Wrong(read.problem)
    return read
  }
  if (token?.kind !== 'open') throw missing(token, before, reader.end)
  reader.next++
  const inner = readOr(reader, depth + 1)
  if (reader.tokens[reader.next]?.kind !== 'close') throw wrong(token, 'This parenthesis is not closed. Add ) where the group ends, or put it in quotes to look for it.')
  reader.next++
  return inner
}

/** Something should stand here, and does not. */
function missing(token: Token | undefined, before: Token | undefined, end: Place): Wrong {
  if (before?.kind === 'open' && token?.kind === 'close') return wrong({ at: before.at, length: token.at + 1 - before.at }, 'There is nothing between these parentheses. Write a filter between them, or put them in quotes to look for them.')
  if (token?.kind === 'close' && before === undefined) return wrong(token, 'This parenthesis closes nothing. Take it out, or put it in quotes to look for it.')
  if (before?.kind === 'open' && token === undefined) return wrong(before, 'This parenthesis is not closed. Add ) where the group ends, or put it in quotes to look for it.')
  if (before && before.kind !== 'open') return wrong(before, 'Something has to follow. Write a term after it, or put it in quotes to look for the word.')
  return wrong(token ?? end, 'Something has to stand before this. Write a term before it, or put it in quotes to look for the word.')
}

/** Groups of the same kind need no parentheses of their own. */
function joined(kind: 'and' | 'or', of: readonly Filter[]): Filter {
  return of.length === 1 ? of[0]! : { kind, of: of.flatMap((each) => (each.kind === kind ? each.of : [each])) }
}

function wrong({ at, length }: Place, message: string): Wrong {
  return new Wrong({ at, length, message })
}
