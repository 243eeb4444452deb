'use client'

import { useState } from 'react'

import { useDraft } from '@/components/service/use-draft'
import { parseEnv } from '@/lib/domain/env-file'

import { changesOf, rebase, rowsFromEntries, rowsOf, textOf, type Rows, type SavedVariable } from './variable-draft'

type Saved = readonly SavedVariable[]
/** What is typed, and what it was typed on: when something else is saved meanwhile, the edits are put on top of that. */
type Draft = { rows: Rows; base: Saved }

/** The edits of a person as rows and, while it is open, as text. They outlive the panel, and nothing that others save is lost with them. */
export function useVariableDraft(id: string, saved: Saved) {
  const [draft, keep] = useDraft<Draft>(id, 'variables')
  const [text, setText] = useState<{ raw: string; base: Saved } | null>(null)
  const rows = draft === null ? rowsOf(saved) : draft.base === saved ? draft.rows : rebase(draft.rows, draft.base, saved)
  const setRows = (next: Rows) => keep({ rows: next, base: saved })
  return {
    rows,
    setRows,
    raw: text?.raw ?? null,
    /** Keys that others have changed since the text was opened, which does not show them. */
    unseen: text === null || text.base === saved ? [] : changesOf(rowsOf(saved), text.base).map(({ key }) => key),
    openText: (next: Rows = rows) => {
      if (draft !== null || next !== rows) setRows(next)
      setText({ raw: textOf(next), base: saved })
    },
    closeText: () => setText(null),
    /** The text says what it says of the variables that were there when it was opened. */
    writeText: (raw: string) => {
      const base = text?.base ?? saved
      keep({ rows: rowsFromEntries(draft?.rows ?? rowsOf(base), parseEnv(raw).entries), base })
      setText({ raw, base })
    },
    forget: () => {
      keep(null)
      setText(null)
    },
  }
}
