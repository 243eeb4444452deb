/** What every line on the canvas is to React Flow: named by what it draws, and come by with keys from the node it begins at (`commands/walk`). */
export function asLine(id: string) {
  return {
    id,
    selectable: false,
    focusable: true,
    ariaRole: 'group' as const,
    domAttributes: { tabIndex: -1, 'aria-label': undefined, 'aria-labelledby': lineNameId(id), 'aria-roledescription': 'link' },
  }
}

/** Where the name of a line stands. */
export function lineNameId(id: string): string {
  return `name-${id}`
}
