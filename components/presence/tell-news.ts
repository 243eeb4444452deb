
import { toast } from '@/components/ui/toast'
import type { NewsFrame } from '@/lib/contract/live'

import type { PresenceStore } from './presence-store'

/** What one act makes happen comes within this time, and is told as one. */
const GATHER_MS = 250

/** Tells in short what others do here. The toaster is a polite live region, so a screen reader says it when there is a pause. */
export function tellNews(presence: PresenceStore): { take(news: NewsFrame): void; stop(): void } {
  let waiting: NewsFrame[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  const tell = async () => {
    timer = null
    const gathered = waiting
    waiting = []
    // What it changed is on the screen already; without its words, that is enough.
    const words = await import('./news').catch(() => null)
    const sentences = words?.newsSentences(gathered, presence.getState().userId) ?? []
    // Above, because below is what one saves with.
    for (const sentence of sentences) toast.info(sentence, { position: 'top-center' })
  }
  return {
    take(news) {
      presence.setState(({ lastEdits }) => ({ lastEdits: news.serviceId === null ? lastEdits : { ...lastEdits, [news.serviceId]: news } }))
      waiting.push(news)
      timer ??= setTimeout(() => void tell(), GATHER_MS)
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
