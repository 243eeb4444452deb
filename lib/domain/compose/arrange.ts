import { NODE_STEP } from '../free-spot'

type Drawn = { key: string; /** Keys of what it refers to. */ to: readonly string[]; /** How many volumes hang below it. */ below: number }

const ROW = 144

/** Where services stand, from the upper left: what refers to others is left of them, and each has room for its volumes below. */
export function arrange(services: readonly Drawn[]): Map<string, { x: number; y: number }> {
  const columns = columnsOf(services)
  const heights = new Map<number, number>()
  const places = new Map<string, { x: number; y: number }>()
  for (const { key, below } of services) {
    const column = columns.get(key)!
    const y = heights.get(column) ?? 0
    places.set(key, { x: column * NODE_STEP, y })
    heights.set(column, y + ROW * (1 + below))
  }
  return places
}

/** One further right than whatever refers to it; a circle ends where it began. */
function columnsOf(services: readonly Drawn[]): Map<string, number> {
  const users = new Map<string, string[]>(services.map(({ key }) => [key, []]))
  for (const { key, to } of services) for (const other of new Set(to)) users.get(other)?.push(key)
  const columns = new Map<string, number>()
  const visiting = new Set<string>()
  const columnOf = (key: string): number => {
    const known = columns.get(key)
    if (known !== undefined) return known
    if (visiting.has(key)) return 0
    visiting.add(key)
    const column = Math.max(-1, ...users.get(key)!.map(columnOf)) + 1
    visiting.delete(key)
    columns.set(key, column)
    return column
  }
  for (const { key } of services) columnOf(key)
  return columns
}
