import { levelNumber, type LogLevel } from '@/lib/domain/log-level'
import type { Filter } from '@/lib/domain/log-filter/filter'
import { parse } from '@/lib/domain/log-filter/parse'
import { print } from '@/lib/domain/log-filter/print'

import { LEVELS } from './level-mark'

/** What is looked for when one points at a value: of a facet, or of an attribute of a line. `field`: as facets name it. */
export function termOf(field: string, value: string): Filter {
  const is = { kind: 'is', parts: [value] } as const
  const place = { at: 0, length: 0 }
  if (field === 'level') return isLevel(value) ? { kind: 'level', from: levelNumber(value), to: levelNumber(value) } : { kind: 'no_level' }
  if (field === 'service' || field === 'deployment') return { kind: field, value: is, place }
  if (field === 'kind' || field === 'stream' || field === 'part') return { kind: 'field', field, value: is }
  return { kind: 'attribute', name: field.replace(/^@/, ''), value: is }
}

/** How a filter stands to a term. */
export type Standing = 'asked' | 'excluded' | 'open'

/** Whether a filter asks for a term, excludes it, or says nothing of it. One that cannot be read says nothing. */
export function standingOf(text: string, term: Filter): Standing {
  const terms = termsOf(text)?.map(print) ?? []
  if (terms.includes(print(term))) return 'asked'
  return terms.includes(print({ kind: 'not', of: term })) ? 'excluded' : 'open'
}

/** The filter that stands so to a term, and else says what it said. Null when it cannot be read. */
export function withStanding(text: string, term: Filter, standing: Standing): string | null {
  const terms = termsOf(text)
  if (terms === null) return null
  const [asked, excluded] = [print(term), print({ kind: 'not', of: term })]
  const hasOther = terms.some((each) => [asked, excluded].includes(print(each)))
  const rest = hasOther ? print({ kind: 'and', of: terms.filter((each) => ![asked, excluded].includes(print(each))) }) : grouped(text)
  return [rest, standing === 'asked' ? asked : standing === 'excluded' ? excluded : ''].filter((part) => part !== '').join(' ')
}

/** A filter that can stand beside others as one. */
export function grouped(text: string): string {
  const read = parse(text)
  return read.ok && read.filter.kind === 'or' ? `(${text.trim()})` : text.trim()
}

/** What a filter consists of, all of which must be so. */
function termsOf(text: string): readonly Filter[] | null {
  const read = parse(text)
  if (!read.ok) return null
  return read.filter.kind === 'and' ? read.filter.of : [read.filter]
}

function isLevel(value: string): value is LogLevel {
  return (LEVELS as readonly string[]).includes(value)
}
