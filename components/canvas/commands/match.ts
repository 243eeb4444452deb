/** How well a text answers a query: 0 not at all, more is better. Words of the query may begin words of the text in any order; letters in their order count least. */
export function matchScore(text: string, query: string): number {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return 1
  const given = text.toLowerCase()
  if (given === wanted) return 100
  if (given.startsWith(wanted)) return 80
  const words = given.split(/[^\p{L}\p{N}]+/u)
  const parts = wanted.split(/\s+/)
  if (parts.every((part) => words.some((word) => word.startsWith(part)))) return 60 - Math.min(20, words.length)
  if (parts.every((part) => given.includes(part))) return 30
  return isInOrder(given, wanted.replace(/\s+/g, '')) ? 10 : 0
}

function isInOrder(text: string, letters: string): boolean {
  let from = 0
  for (const letter of letters) {
    const at = text.indexOf(letter, from)
    if (at < 0) return false
    from = at + 1
  }
  return letters.length >= 3
}

/** Those that answer a query, the best first; among equals their order stays. */
export function ranked<T>(all: readonly T[], query: string, textOf: (item: T) => string): T[] {
  return all
    .map((item, index) => ({ item, index, score: matchScore(textOf(item), query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map(({ item }) => item)
}
