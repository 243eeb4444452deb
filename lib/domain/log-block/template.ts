// What lines of one kind have in common as text: what stands in all of them, with holes for what differs. A word with a digit in it
// is taken for something that differs. Everything here errs on one side: a line always fits its template, and more may fit than do.

/** Stands for any text of the characters that are known to fill holes. No line has it: PostgreSQL stores none. */
export const HOLE = '\u0000'
/** What comes after so many characters is a hole. */
const MOST_CHARACTERS = 1_000

/** Which characters fill holes: bits of the first 128 of Unicode in four words, and whether there are others. */
export type Filling = { bits: Int32Array; hasOthers: boolean }

export function noFilling(): Filling {
  return { bits: new Int32Array(4), hasOthers: false }
}

/** Fills holes with anything. */
export function fillAny(filling: Filling): void {
  filling.bits.fill(-1)
  filling.hasOthers = true
}

/** The template of a text, whose variable parts are added to `filling`. */
export function templateOf(text: string, filling: Filling): string {
  const length = Math.min(text.length, MOST_CHARACTERS)
  let template = ''
  let kept = 0
  let hole = -1
  for (let at = 0; at < length; ) {
    if (!isWord(text.charCodeAt(at))) {
      at++
      continue
    }
    const from = at
    let hasDigit = false
    let isHex = true
    for (; at < length; at++) {
      const code = text.charCodeAt(at)
      if (!isWord(code)) break
      if (code >= 48 && code <= 57) hasDigit = true
      else if (code < 97 || code > 102) isHex = false
    }
    // What is joined to a hole by one sign belongs to it: 10.0.0.1, 12:30:05, 7f-ab-c1.
    const isJoined = hole === from - 1 && from > 0 && isJoint(text.charCodeAt(hole)) && (hasDigit || isHex)
    if (!hasDigit && !isJoined) continue
    if (isJoined) fill(filling, text, hole, at)
    else {
      template += text.slice(kept, from) + HOLE
      fill(filling, text, from, at)
    }
    kept = at
    hole = at
  }
  if (text.length <= MOST_CHARACTERS) return template + text.slice(kept)
  fillAny(filling)
  return `${template}${text.slice(kept, length)}${HOLE}`
}

function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95 || code > 127
}

function isJoint(code: number): boolean {
  return code === 45 || code === 46 || code === 58 || code === 43
}

function fill(filling: Filling, text: string, from: number, until: number): void {
  for (let at = from; at < until; at++) {
    const code = text.charCodeAt(at)
    if (code < 128) filling.bits[code >> 5]! |= 1 << (code & 31)
    else filling.hasOthers = true
  }
}

/** What two templates begin and end with; between is a hole for anything. */
export function commonTemplate(a: string, b: string, filling: Filling): string {
  if (a === b) return a
  fillAny(filling)
  const most = Math.min(a.length, b.length)
  let first = 0
  while (first < most && a.charCodeAt(first) === b.charCodeAt(first)) first++
  let last = 0
  while (last < most - first && a.charCodeAt(a.length - 1 - last) === b.charCodeAt(b.length - 1 - last)) last++
  return a.slice(0, first) + HOLE + a.slice(a.length - last)
}

/** Whether every text of a template contains this one. */
export function alwaysContains(template: string, part: string): boolean {
  return template.includes(part)
}

/** Whether a text of a template can contain this one. */
export function mayContain(template: string, filling: Filling, part: string): boolean {
  if (template.includes(part)) return true
  if (!template.includes(HOLE)) return false
  const length = part.length
  // How much of `part` can have been seen, ending here.
  let seen = new Uint8Array(length + 1)
  let next = new Uint8Array(length + 1)
  seen[0] = 1
  for (let at = 0; at < template.length; at++) {
    const code = template.charCodeAt(at)
    if (code === 0) {
      for (let i = 0; i < length; i++) if (seen[i] === 1 && fills(filling, part.charCodeAt(i))) seen[i + 1] = 1
    } else {
      next.fill(0)
      next[0] = 1
      for (let i = 0; i < length; i++) if (seen[i] === 1 && part.charCodeAt(i) === code) next[i + 1] = 1
      ;[seen, next] = [next, seen]
    }
    if (seen[length] === 1) return true
  }
  return false
}

function fills({ bits, hasOthers }: Filling, code: number): boolean {
  return code < 128 ? (bits[code >> 5]! & (1 << (code & 31))) !== 0 : hasOthers
}
