import ElkApi from 'elkjs/lib/elk-api'

import { fromElk, toElk } from './auto-layout'
import type { Spots } from './history'
import type { CanvasState } from './store'

const MOST_MS = 20_000

/** Where everything would stand best. Computed beside the page, which stays as quick as it is. Throws when that takes too long, or cannot be. */
export async function layOut(state: CanvasState): Promise<Spots> {
  const worker = new Worker(new URL('./elk-worker.ts', import.meta.url))
  const elk = new ElkApi({ workerFactory: () => worker })
  let timer: ReturnType<typeof setTimeout> | undefined
  const trouble = new Promise<never>((_, reject) => {
    worker.addEventListener('error', () => reject(new Error('The browser did not start what computes the layout.')))
    timer = setTimeout(() => reject(new Error('Computing the layout took too long.')), MOST_MS)
  })
  try {
    return fromElk(await Promise.race([elk.layout(toElk(state)), trouble]), state)
  } finally {
    clearTimeout(timer)
    worker.terminate()
  }
}
