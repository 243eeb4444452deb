import { findGenerators, type Generator } from './expression'
import type { Written } from './reference'

/** Random characters of an alphabet, each equally likely. `random`: bytes of good randomness. */
export function generate({ length, alphabet }: Pick<Generator, 'length' | 'alphabet'>, random: (bytes: number) => Uint8Array = randomBytes): string {
  const characters = [...new Set(alphabet)]
  // What is above the last whole multiple would make the first characters likelier than the last.
  const limit = Math.floor(0x1_0000 / characters.length) * characters.length
  let text = ''
  for (let missing = length; missing > 0; ) {
    const bytes = random(missing * 2)
    for (let at = 0; at + 1 < bytes.length && missing > 0; at += 2) {
      const number = bytes[at]! * 256 + bytes[at + 1]!
      if (number >= limit) continue
      text += characters[number % characters.length]!
      missing--
    }
  }
  return text
}

function randomBytes(count: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(count))
}

/**
 * What the generators of a value give: what they gave before where the same one was there, something new otherwise. The
 * second of two equal ones stays the second, whatever text is between them.
 */
export function settle(value: string, former: Written | undefined): string[] {
  const kept = new Map<string, string[]>()
  for (const [index, generator] of findGenerators(former?.value ?? '').entries()) {
    const given = former?.generated?.[index]
    if (given !== undefined) kept.set(keyOf(generator), [...(kept.get(keyOf(generator)) ?? []), given])
  }
  return findGenerators(value).map((generator) => kept.get(keyOf(generator))?.shift() ?? generate(generator))
}

function keyOf({ length, alphabet }: Generator): string {
  return `${length} ${alphabet}`
}
