// What programs answer at `/metrics`: the text format of Prometheus 0.0.4, and OpenMetrics as far as it is the same.
// https://prometheus.io/docs/instrumenting/exposition_formats/

export type SampleLine = { name: string; labels: readonly (readonly [string, string])[]; value: number }
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown'

/** `types` and `units`: by the name of a family. `left`: how many samples there were beyond `most`. */
export type Exposition = { samples: SampleLine[]; types: ReadonlyMap<string, MetricType>; units: ReadonlyMap<string, string>; left: number }

/** A text that is no exposition. The message says in which line, and what is there. */
export class NotAnExposition extends Error {
  constructor(line: number, what: string) {
    super(`Line ${line} is no metric: ${what}.`)
    this.name = 'NotAnExposition'
  }
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const LABEL = /[ \t]*(?:([a-zA-Z_][a-zA-Z0-9_.]*)|"((?:[^"\\]|\\.)*)")[ \t]*=[ \t]*"((?:[^"\\\n]|\\.)*)"[ \t]*(,|(?=\}))/y
/** A name that is no word stands among the labels. */
const QUOTED_NAME = /[ \t]*"((?:[^"\\\n]|\\.)+)"[ \t]*(,|(?=\}))/y
/** A value, and maybe the moment it is of. */
const VALUE = /^[ \t]*([^ \t]+)(?:[ \t]+-?[0-9.eE+]+)?[ \t]*$/
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const SPECIAL: Readonly<Record<string, number>> = { NaN: Number.NaN, Inf: Infinity, '+Inf': Infinity, '-Inf': -Infinity }
const MOST_LABELS = 200
const SHOWN = 60

/** Reads an exposition, the first `most` samples of it. Throws NotAnExposition for any other text. */
export function parseExposition(text: string, most: number): Exposition {
  const samples: SampleLine[] = []
  const types = new Map<string, MetricType>()
  const units = new Map<string, string>()
  let left = 0
  let number = 0
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end === -1 ? undefined : end).replace(/\r$/, '')
    from = end === -1 ? text.length : end + 1
    number++
    if (line.trim() === '') continue
    if (line.startsWith('#')) readComment(line, { types, units })
    else if (samples.length >= most) left++
    else samples.push(readSample(line, number))
  }
  return { samples, types, units, left }
}

function readComment(line: string, { types, units }: { types: Map<string, MetricType>; units: Map<string, string> }): void {
  const [, word, name, rest] = /^#[ \t]+(TYPE|UNIT)[ \t]+("(?:[^"\\]|\\.)*"|\S+)[ \t]+(\S+)/.exec(line) ?? []
  if (word === undefined || name === undefined || rest === undefined) return
  const family = name.startsWith('"') ? unescaped(name.slice(1, -1)) : name
  if (word === 'UNIT') units.set(family, rest)
  else types.set(family, ['counter', 'gauge', 'histogram', 'summary'].includes(rest) ? (rest as MetricType) : 'unknown')
}

function readSample(line: string, number: number): SampleLine {
  const start = line.length - line.trimStart().length
  NAME.lastIndex = start
  let name = NAME.exec(line)?.[0] ?? ''
  let at = start + name.length
  while (line[at] === ' ' || line[at] === '\t') at++
  const labels: [string, string][] = []
  if (line[at] === '{') {
    const found = readLabels(line, at + 1, { name, number })
    name = found.name
    labels.push(...found.labels)
    at = found.end
  } else at = start + name.length
  if (name === '') throw new NotAnExposition(number, `it begins with ${shown(line)}`)
  // What follows a hash is an example of what was counted.
  const exemplar = line.indexOf(' # ', at)
  const [, said] = VALUE.exec(line.slice(at, exemplar === -1 ? undefined : exemplar)) ?? []
  const value = said === undefined ? undefined : (SPECIAL[said] ?? (NUMBER.test(said) ? Number(said) : undefined))
  if (value === undefined) throw new NotAnExposition(number, `after ${shown(name)} there is no number but ${shown(line.slice(at))}`)
  return { name, labels, value }
}

function readLabels(line: string, from: number, { name, number }: { name: string; number: number }): { name: string; labels: [string, string][]; end: number } {
  const labels: [string, string][] = []
  let found = name
  let at = from
  if (name === '') {
    QUOTED_NAME.lastIndex = at
    const quoted = QUOTED_NAME.exec(line)
    if (quoted) [found, at] = [unescaped(quoted[1]!), QUOTED_NAME.lastIndex]
  }
  for (;;) {
    while (line[at] === ' ' || line[at] === '\t') at++
    if (line[at] === '}') return { name: found, labels, end: at + 1 }
    LABEL.lastIndex = at
    const label = LABEL.exec(line)
    if (!label || labels.length >= MOST_LABELS) throw new NotAnExposition(number, label ? `${shown(found)} has more than ${MOST_LABELS} labels` : `in the labels of ${shown(found)} stands ${shown(line.slice(at))}`)
    labels.push([label[1] ?? unescaped(label[2]!), unescaped(label[3]!)])
    at = LABEL.lastIndex
  }
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter)) : text
}

function shown(text: string): string {
  const bare = text.trim().replace(/[\p{Cc}\p{Cf}]/gu, ' ')
  return bare === '' ? 'nothing' : `“${bare.length > SHOWN ? `${bare.slice(0, SHOWN)}…` : bare}”`
}
