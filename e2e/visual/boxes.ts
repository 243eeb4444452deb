import type { Page } from '@playwright/test'

/** Where the parts of a screen stand: `[x, y, width, height]` by what they are and say. */
export type Boxes = Record<string, [number, number, number, number]>

const PARTS = 'header, main, h1, h2, [role=tablist], [role=tab], aside, .react-flow__node, form, table, [role=dialog]'

/** The parts of a screen that are in sight. Nothing that changes with time is among them. */
export function boxesOf(page: Page): Promise<Boxes> {
  return page.evaluate((parts) => {
    const found: Record<string, [number, number, number, number]> = {}
    for (const element of document.querySelectorAll<HTMLElement>(parts)) {
      const { x, y, width, height } = element.getBoundingClientRect()
      if (width === 0 || x > innerWidth || y > innerHeight || x + width < 0 || y + height < 0) continue
      const isNamed = /^(H1|H2)$/.test(element.tagName) || element.role === 'tab'
      const name = isNamed ? (element.textContent ?? '').trim() : (element.getAttribute('aria-label') ?? '').split(',')[0]!
      const what = element.role ?? element.tagName.toLowerCase()
      let key = `${what} ${name}`.trim()
      while (found[key]) key += '+'
      // What is out of sight depends on how much there is.
      found[key] = [x, y, Math.min(width, innerWidth - x), Math.min(height, innerHeight - y)].map(Math.round) as [number, number, number, number]
    }
    return found
  }, PARTS)
}

/** What stands elsewhere, is missing or is new, as sentences. */
export function compareBoxes(before: Boxes, after: Boxes, tolerance: number): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]]
    if (!was) return [`${name} is new at ${is!.join(' ')}`]
    if (!is) return [`${name} is missing; it was at ${was.join(' ')}`]
    return was.every((value, index) => Math.abs(value - is[index]!) <= tolerance) ? [] : [`${name} was at ${was.join(' ')} and is at ${is.join(' ')}`]
  })
}
