'use client'

import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { inverse, rebind, redone, undone, without } from './history'

/** Problems that the same step has tomorrow as well: what it was about is gone, or somebody else has changed it. */
const FOR_GOOD = new Set(['conflict', 'not_found', 'not_now', 'invalid_input', 'forbidden', 'limit_exceeded'])

/** Takes back and makes again what was done, one after the other. What somebody else has done since stays, and is told. */
export function useHistory() {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  return useMemo(() => {
    const hands = { store, run, environmentId }
    const queue = inLine()
    const travel = (direction: 'undo' | 'redo') => async () => {
      const { history } = store.getState()
      const step = direction === 'undo' ? history.past.at(-1) : history.future[0]
      if (!step) return
      try {
        // Loaded when somebody takes something back for the first time.
        const { perform } = await import('./perform')
        const renamed = await perform(hands, direction === 'undo' ? inverse(step) : step)
        store.setState((state) => ({ history: rebind((direction === 'undo' ? undone : redone)(state.history), renamed) }))
      } catch (error) {
        const problem = problemOf(error)
        if (FOR_GOOD.has(problem.code)) store.setState((state) => ({ history: without(state.history, step) }))
        toast.error(`“${step.label}” was not ${direction === 'undo' ? 'undone' : 'redone'}.`, { description: problem.message })
      }
    }
    return { undo: () => queue(travel('undo')), redo: () => queue(travel('redo')) }
  }, [store, run, environmentId])
}

/** One after the other: who presses twice takes two steps back, the second after the first. */
function inLine(): (work: () => Promise<void>) => void {
  let last: Promise<void> = Promise.resolve()
  return (work) => {
    last = last.then(work)
  }
}
