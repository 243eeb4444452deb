'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { useShallow } from 'zustand/react/shallow'

import { useCanvas, useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { SaveBar } from '@/components/service/save-bar'
import { TakesEffect } from '@/components/service/takes-effect'
import { useDraft } from '@/components/service/use-draft'
import { Button } from '@/components/ui/button'
import { problemOf } from '@/components/ui/problem'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { variableReplace, variableReveal, type VariablesView as Variables } from '@/lib/contract/service'

import { parseEnv } from './env-file'
import { PlatformVariables } from './platform-variables'
import { RawEditor } from './raw-editor'
import { countChanges, importEntries, newRow, replacement, rowProblems, rowsFromEntries, rowsOf, textOf, type Rows } from './variable-draft'
import { VariableRow } from './variable-row'

/** The variables of a service: as a table or as text, saved together. */
export function VariablesView({ serviceId, initial }: { serviceId: string; initial: Variables }) {
  const run = useRun()
  const readOnly = useMissing('variable.write')
  const [saved, setSaved] = useState(initial)
  const [from, setFrom] = useState(initial)
  if (from !== initial) {
    setFrom(initial)
    setSaved(initial)
  }
  const [draft, setDraft] = useDraft<Rows>(serviceId, 'variables')
  const [raw, setRaw] = useState<string | null>(null)
  const services = useCanvas(useShallow((state) => Object.values(state.services).filter((service) => service.id !== serviceId)))
  const rows = draft ?? rowsOf(saved.variables)
  const changes = countChanges(rows, saved.variables)
  const problems = rowProblems(rows, saved.variables)
  const rawProblems = raw === null ? [] : parseEnv(raw).problems
  const edit = (next: Rows) => setDraft(next)
  const editText = (text: string) => {
    setRaw(text)
    setDraft(rowsFromEntries(rows, parseEnv(text).entries))
  }
  const save = useSubmit(async () => {
    const next = await run(variableReplace, { serviceId, variables: replacement(rows) })
    setSaved(next)
    setDraft(null)
    setRaw(null)
  })
  const discard = () => {
    setDraft(null)
    setRaw(null)
    save.reset()
  }
  const reveal = async (key: string) => {
    try {
      return (await run(variableReveal, { serviceId, key })).value
    } catch (error) {
      toast.error(`${key} was not revealed.`, { description: problemOf(error).message })
      return null
    }
  }
  const isDirty = changes > 0 || rawProblems.length > 0
  return (
    <div className="flex flex-1 flex-col">
      <TakesEffect serviceId={serviceId} />
      <header className="mb-2 flex items-center justify-between gap-2">
        <h3 className="font-medium">Variables</h3>
        <div className="flex gap-1">
          <Button size="small" variant="ghost" aria-pressed={raw !== null} onClick={() => setRaw(raw === null ? textOf(rows) : null)}>
            {raw === null ? 'Edit as .env' : 'Edit as table'}
          </Button>
          {raw === null ? (
            <Button size="small" icon={<Plus />} disabledReason={readOnly} onClick={() => edit([...rows, newRow()])}>
              Add variable
            </Button>
          ) : null}
        </div>
      </header>
      {raw !== null ? (
        <RawEditor text={raw} setText={editText} problems={rawProblems} readOnly={readOnly !== null} />
      ) : rows.length === 0 ? (
        <p className="rounded-card border border-dashed border-line-strong px-3 py-6 text-center text-muted">No variables yet. Add one, or paste a whole .env block into the name of a new one.</p>
      ) : (
        <ul className="rounded-card border border-line py-1.5">
          {rows.map((row) => (
            <VariableRow
              key={row.id}
              row={row}
              problem={problems[row.id] ?? save.fieldError(`variables.${row.key.trim()}`)}
              services={services}
              readOnly={readOnly !== null}
              onChange={(next) => edit(rows.map((each) => (each.id === row.id ? next : each)))}
              onDelete={() => edit(rows.filter((each) => each.id !== row.id))}
              onPasteBlock={(text) => edit(importEntries(rows, parseEnv(text).entries))}
              reveal={reveal}
            />
          ))}
        </ul>
      )}
      {raw === null && services.length > 0 ? <p className="mt-1.5 mb-5 text-meta text-faint">Type {'${{'} in a value to refer to another service; that draws a link on the canvas.</p> : <div className="mb-5" />}
      <PlatformVariables platform={saved.platform} />
      <ProblemMessage error={save.error} className="mt-4" />
      <div className="h-5 shrink-0" />
      {isDirty ? <SaveBar words={changes === 1 ? '1 change' : `${changes} changes`} pending={save.pending} blocked={changes === 0 || Object.keys(problems).length > 0 || rawProblems.length > 0} onDiscard={discard} onSave={() => void save.submit()} /> : null}
    </div>
  )
}
