/** At most two letters for a name: first of the first word, first of the last. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const letters = words.length < 2 ? firstLetter(words[0] ?? '') : firstLetter(words[0]!) + firstLetter(words[words.length - 1]!)
  return letters.toUpperCase() || '?'
}

function firstLetter(word: string): string {
  return Array.from(word).find((character) => /[\p{L}\p{N}]/u.test(character)) ?? ''
}
