import { toast } from '@/components/ui/toast'

import { readDrop, refusalOf, type Brought, type Dropped } from './dropped'
import type { Place } from './placement'
import { ask, type CanvasStore } from './store'

/** A drop: where on the canvas, and what the browser hands over for each thing in it, which has to be asked for at once. */
export type Drop = { store: CanvasStore; at: Place; entries: readonly FileSystemEntry[]; files: readonly File[] }
type Door<K extends Dropped['kind']> = (dropped: Extract<Dropped, { kind: K }>, drop: Drop) => void

/** What is done with what was dropped, by what it is. Text is read like what is pasted; the rest of what is not here is refused with a sentence. */
const DOORS: { [K in Exclude<Dropped['kind'], 'text' | 'nothing'>]?: Door<K> } = {
  folder: (_, { store, at, entries }) => {
    const entry = entries.find((each): each is FileSystemDirectoryEntry => each.isDirectory)
    if (entry) ask(store, { kind: 'upload', at, given: { entry }, serviceId: null })
  },
  compose: ({ name }, { store, at, files }) => {
    const file = files.find((each) => each.name === name)
    if (file) ask(store, { kind: 'compose', at, file })
  },
}

/** Says that a text is nothing that could be added, and what could be. */
export function tellNotTaken(text: string): void {
  const description = /^https?:\/\/[^/\s]*@/.test(text)
    ? 'The address has a user name or a password in it. Take that out, and add an SSH key in Settings for a private repository.'
    : 'A canvas takes folders, compose files, addresses of git repositories and names of images, such as nginx:1.27.'
  toast.info('This was not taken.', { id: 'not-taken', description })
}

/** Takes a drop, or says why not. `takeText`: whether text was something to add. */
export function takeDrop(brought: Brought, drop: Drop, takeText: (text: string) => boolean): void {
  const dropped = readDrop(brought)
  if (dropped.kind === 'nothing') return
  if (dropped.kind === 'text') {
    if (!takeText(dropped.text)) tellNotTaken(dropped.text)
    return
  }
  const door = DOORS[dropped.kind] as Door<typeof dropped.kind> | undefined
  if (door) return door(dropped as never, drop)
  const { title, description } = refusalOf(dropped as Parameters<typeof refusalOf>[0])
  toast.info(title, { description })
}
