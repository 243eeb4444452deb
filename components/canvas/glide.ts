import type { Spots } from './history'
import { motionMs } from './motion'
import { place, spotsOf } from './spots'
import type { CanvasStore } from './store'

const GLIDE_MS = 220

/** Moves things to where they are to stand, so that one sees where they go; at once for who wants no motion. Resolves when they are there. */
export function glide(store: CanvasStore, to: Spots): Promise<void> {
  const from = spotsOf(store.getState(), Object.keys(to))
  if (Object.keys(from).length === 0 || motionMs(GLIDE_MS) === 0) {
    place(store, to)
    return Promise.resolve()
  }
  return new Promise((resolve) => {
    const began = performance.now()
    const step = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - began) / GLIDE_MS))
      place(store, part === 1 ? to : between(from, to, 1 - (1 - part) ** 3))
      if (part === 1) resolve()
      else requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}

/** Spots on the way from some to others: 0 is where they were, 1 where they are to be. */
export function between(from: Spots, to: Spots, part: number): Spots {
  const mix = (a: number, b: number) => a + (b - a) * part
  return Object.fromEntries(
    Object.entries(to).map(([id, spot]) => {
      const start = from[id] ?? spot
      const size = spot.width === undefined || spot.height === undefined ? {} : { width: mix(start.width ?? spot.width, spot.width), height: mix(start.height ?? spot.height, spot.height) }
      return [id, { x: mix(start.x, spot.x), y: mix(start.y, spot.y), ...size }]
    }),
  )
}
