'use client'

import { useCanvas, useEnvironment } from '@/components/canvas/canvas-context'
import { useLiveQuery, type LiveQuery } from '@/components/service/use-live-query'
import type { ChangesView } from '@/lib/contract/change'
import { changeList } from '@/lib/contract/doors'

/** What the server says is changed, read again when the canvas says that something is different; null until it is known. */
export function useChanges(): LiveQuery<ChangesView | null> {
  const { environmentId } = useEnvironment()
  const version = useCanvas((state) => JSON.stringify(Object.values(state.services).map(({ id, name, revision, state: word, changed, latest }) => [id, name, revision, word, changed, latest?.id, latest?.status])))
  return useLiveQuery(changeList, { environmentId }, { initial: NONE, version, everyMs: LOOK_MS }) as LiveQuery<ChangesView | null>
}

/** What the canvas does not tell: somebody's word for a shared variable, say. */
const LOOK_MS = 15_000
const NONE = null as unknown as ChangesView
