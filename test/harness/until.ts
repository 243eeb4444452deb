/** Looks until `look` gives something other than null and false. Fails with what it waited for. */
export async function until<T>(what: string, look: () => T | null | false | Promise<T | null | false>, limitMs = 30_000, everyMs = 40): Promise<T> {
  const deadline = Date.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== false) return found
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs / 1000} s for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
