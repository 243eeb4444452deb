/** What somebody dropped on the canvas. */
export type Dropped = { kind: 'text'; text: string } | { kind: 'compose'; name: string } | { kind: 'folder'; name: string } | { kind: 'file'; name: string } | { kind: 'nothing' }

/** What is called so first, then anything of that language: what it is is told when it is read. */
const COMPOSE = [/^(docker-)?compose(\.[\w-]+)?\.ya?ml$/i, /\.ya?ml$/i]

/** Reads what a drop brings; files before text, which browsers add to them. */
export function readDrop({ items, text }: { items: readonly { name: string; isFolder: boolean }[]; text: string }): Dropped {
  const [first] = items
  if (first?.isFolder) return { kind: 'folder', name: first.name }
  const compose = COMPOSE.flatMap((pattern) => items.find(({ name }) => pattern.test(name)) ?? [])[0]
  if (compose) return { kind: 'compose', name: compose.name }
  if (first) return { kind: 'file', name: first.name }
  return text.trim() === '' ? { kind: 'nothing' } : { kind: 'text', text: text.trim() }
}

/** Why what was dropped is not taken, and what to do instead. */
export function refusalOf(dropped: Exclude<Dropped, { kind: 'text' | 'compose' | 'nothing' }>, { hasLocalFolders }: { hasLocalFolders: boolean }): { title: string; description: string } {
  switch (dropped.kind) {
    case 'folder':
      return {
        title: `The folder ${dropped.name} was not taken.`,
        description: hasLocalFolders ? 'Folders cannot be uploaded yet. Add it by its path: Add, then Local folder. Or push it to a git repository and paste its address.' : 'Folders cannot be uploaded yet. Push it to a git repository and paste its address.',
      }
    case 'file':
      return { title: `${dropped.name} was not taken.`, description: 'A canvas takes compose files, addresses of git repositories and names of images. Files go into a volume: open it, then Files.' }
  }
}
