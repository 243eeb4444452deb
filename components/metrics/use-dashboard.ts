'use client'

import { useCallback, useState } from 'react'

import { useCanvas, useEnvironment } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { fetchQuery } from '@/components/client/query'
import { useDraft } from '@/components/service/use-draft'
import { useLiveQuery } from '@/components/service/use-live-query'
import { problemOf } from '@/components/ui/problem'
import { useSubmit } from '@/components/ui/use-submit'
import type { DashboardView } from '@/lib/contract/dashboard'
import { dashboardGet, dashboardSave } from '@/lib/contract/doors'
import { settled, type Widget } from '@/lib/domain/dashboard'

import { startDraft, type Draft } from './dashboard-draft'

/** What others have saved is looked for this often. */
const LOOK_MS = 30_000

export type Dashboard = {
  widgets: readonly Widget[]
  /** Null while nobody changes it here. */
  draft: Draft | null
  setDraft: (draft: Draft | null) => void
  begin: () => void
  save: () => void
  pending: boolean
  /** Why it was not saved; null when it was. */
  error: unknown
  /** Somebody else has saved another one meanwhile. */
  isConflict: boolean
  /** Theirs instead of this one, which is lost. */
  takeTheirs: () => Promise<void>
  /** This one instead of theirs, which has been looked at or not. */
  saveOver: () => Promise<void>
}

/** The dashboard of the environment: as everybody sees it, or as it is being changed here. */
export function useDashboard(initial: DashboardView): Dashboard {
  const { environmentId } = useEnvironment()
  const run = useRun()
  const connection = useCanvas((state) => state.connection)
  const { data, replace } = useLiveQuery(dashboardGet, { environmentId }, { initial, version: connection, everyMs: LOOK_MS })
  const [draft, setDraft] = useDraft<Draft>(environmentId, 'dashboard')
  const [isConflict, setConflict] = useState(false)

  const write = useCallback(
    async (ifVersion: number) => {
      if (draft === null) return
      try {
        replace(await run(dashboardSave, { environmentId, widgets: [...draft.widgets], ifVersion }))
        setDraft(null)
        setConflict(false)
      } catch (error) {
        setConflict(problemOf(error).code === 'conflict')
        throw error
      }
    },
    [draft, environmentId, replace, run, setDraft],
  )
  const saving = useSubmit(write)
  const theirs = () => fetchQuery(dashboardGet, { environmentId })

  return {
    widgets: draft?.widgets ?? settled(data.widgets),
    draft,
    setDraft,
    begin: () => setDraft(startDraft(data.version, data.widgets)),
    save: () => void (draft && saving.submit(draft.version)),
    pending: saving.pending,
    error: saving.error,
    isConflict,
    takeTheirs: async () => {
      replace(await theirs())
      setDraft(null)
      setConflict(false)
      saving.reset()
    },
    saveOver: async () => void (await saving.submit((await theirs()).version)),
  }
}
