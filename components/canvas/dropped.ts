/** What somebody dropped on the canvas. */
export type Dropped = { kind: 'text'; text: string } | { kind: 'compose'; name: string } | { kind: 'folder'; name: string } | { kind: 'several' } | { kind: 'file'; name: string } | { kind: 'nothing' }

/** What a browser says of a drop. */
export type Brought = { items: readonly { name: string; isFolder: boolean }[]; text: string }

/** What is called so first, then anything of that language: what it is is told when it is read. */
const COMPOSE = [/^(docker-)?compose(\.[\w-]+)?\.ya?ml$/i, /\.ya?ml$/i]

/** Reads what a drop brings; files before text, which browsers add to them. */
export function readDrop({ items, text }: Brought): Dropped {
  const [first] = items
  if (items.length > 1 && items.some(({ isFolder }) => isFolder)) return { kind: 'several' }
  if (first?.isFolder) return { kind: 'folder', name: first.name }
  const compose = COMPOSE.flatMap((pattern) => items.find(({ name }) => pattern.test(name)) ?? [])[0]
  if (compose) return { kind: 'compose', name: compose.name }
  if (first) return { kind: 'file', name: first.name }
  return text.trim() === '' ? { kind: 'nothing' } : { kind: 'text', text: text.trim() }
}

/** Why what was dropped is not taken, and what to do instead. What is taken is in the table of `drop-doors.ts`. */
export function refusalOf(dropped: Exclude<Dropped, { kind: 'text' | 'folder' | 'compose' | 'nothing' }>): { title: string; description: string } {
  switch (dropped.kind) {
    case 'several':
      return { title: 'This was not taken.', description: 'Drop one folder at a time: each becomes a service.' }
    case 'file':
      return { title: `${dropped.name} was not taken.`, description: 'A canvas takes folders, compose files, addresses of git repositories and names of images. Files go into a volume: open it, then Files.' }
  }
}
