/**
 * Lets many ask for the same at once and reads it once. Who asks while a read is on its way gets the next one: that read may
 * have begun before what the asker was told of.
 */
export function shareReads<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const reading = new Map<string, { now: Promise<T>; next: Promise<T> | null }>()
  const begin = (key: string): Promise<T> => {
    const entry = { now: read(key), next: null }
    reading.set(key, entry)
    const forget = () => {
      if (reading.get(key) === entry) reading.delete(key)
    }
    entry.now.then(forget, forget)
    return entry.now
  }
  return (key) => {
    const entry = reading.get(key)
    if (!entry) return begin(key)
    const again = () => begin(key)
    return (entry.next ??= entry.now.then(again, again))
  }
}
