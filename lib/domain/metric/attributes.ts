// What tells the series of a program's own metric apart, as one text: `method=GET, status=200`, by name.

/** How much of it is kept. Longer ones are cut, so that what is the same up to there is one series. */
const MOST = { attributes: 10, key: 64, value: 96 }

/** Pairs as text. Values in which something stands that would be read as the next pair are written as JSON. */
export function attributesText(attributes: readonly (readonly [string, string])[]): string {
  return attributes
    .map(([key, value]) => `${key.replaceAll('=', '_').slice(0, MOST.key)}=${writtenValue(value.slice(0, MOST.value))}`)
    .sort()
    .slice(0, MOST.attributes)
    .join(', ')
}

function writtenValue(value: string): string {
  return value.startsWith('"') || value.includes(', ') ? JSON.stringify(value) : value
}

const PAIR = /([^=]*)=("(?:[^"\\]|\\.)*"|.*?)(?:, (?=[^=]+=)|$)/gsy

/** The pairs of a text. What was written before values were marked may be read as fewer or other pairs, and never as none. */
export function attributesIn(text: string): [string, string][] {
  const pairs: [string, string][] = []
  PAIR.lastIndex = 0
  while (PAIR.lastIndex < text.length) {
    const found = PAIR.exec(text)
    if (!found) break
    pairs.push([found[1]!, plainValue(found[2]!)])
  }
  return pairs
}

function plainValue(written: string): string {
  if (!written.startsWith('"')) return written
  try {
    return String(JSON.parse(written))
  } catch {
    return written
  }
}
