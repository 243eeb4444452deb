import type { ExternalToast } from 'sonner'

// Short news. What draws it is loaded when there is some for the first time; until then it waits here.

export type News = { kind: 'success' | 'error' | 'warning' | 'info'; text: string; more: ExternalToast | undefined }

let show: ((news: News) => void) | null = null
let waiting: News[] = []
const watchers = new Set<() => void>()

function tell(news: News): void {
  if (show) return show(news)
  waiting = [...waiting, news]
  for (const look of watchers) look()
}

/** Tells in the corner of the screen that something went well, did not, or is worth knowing. */
export const toast = {
  success: (text: string, more?: ExternalToast) => tell({ kind: 'success', text, more }),
  error: (text: string, more?: ExternalToast) => tell({ kind: 'error', text, more }),
  warning: (text: string, more?: ExternalToast) => tell({ kind: 'warning', text, more }),
  info: (text: string, more?: ExternalToast) => tell({ kind: 'info', text, more }),
}

/** Whether there are news that nothing shows yet. */
export function areNewsWaiting(): boolean {
  return waiting.length > 0
}

/** Calls back when that changes. Returns a function that ends it. */
export function watchNews(look: () => void): () => void {
  watchers.add(look)
  return () => watchers.delete(look)
}

/** Hands over what shows news: at once those that waited, then each. Returns a function that takes it back. */
export function showNews(given: (news: News) => void): () => void {
  show = given
  for (const news of waiting) given(news)
  waiting = []
  return () => {
    show = null
  }
}
