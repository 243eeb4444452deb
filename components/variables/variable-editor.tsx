'use client'

import { Download, Plus, Upload } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useRef, useState, type ReactNode } from 'react'

import { useMissing } from '@/components/canvas/canvas-context'
import { ReadOnlyNote } from '@/components/service/read-only-note'
import { SaveBar } from '@/components/service/save-bar'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import type { OfferView } from '@/lib/contract/service'
import { parseEnv } from '@/lib/domain/env-file'

import { ChangeList } from './change-list'
import { RawEditor } from './raw-editor'
import { useVariableDraft } from './use-variable-draft'
import { changesOf, hasGenerated, importEntries, newRow, replacement, rowProblems, type SavedVariable } from './variable-draft'
import { VariableRow } from './variable-row'

/** What is edited, and how it is done. */
export type EditedVariables = {
  variables: readonly (SavedVariable & { usedBy?: readonly string[] })[]
  references: readonly OfferView[]
}

export type VariableEditorProps<V extends EditedVariables> = {
  /** Names the draft. */
  id: string
  title: string
  initial: V
  hasScope: boolean
  empty: string
  /** Below the rows. */
  hint: ReactNode
  /** Names the file of an export. */
  fileName: string
  save: (variables: ReturnType<typeof replacement>, saved: V) => Promise<V>
  reveal: (key: string) => Promise<{ value: string; filled: string }>
  regenerate: (key: string) => Promise<V>
  exportText: () => Promise<string>
  /** Besides, such as what the platform sets. */
  children?: (saved: V, add: (key: string, value: string) => void) => ReactNode
}

/** Variables as a table or as the text of a .env file, saved together. */
export function VariableEditor<V extends EditedVariables>({ id, title, initial, hasScope, empty, hint, fileName, children, ...does }: VariableEditorProps<V>) {
  const router = useRouter()
  const readOnly = useMissing('variable.write')
  const [saved, setSaved] = useState(initial)
  const [from, setFrom] = useState(initial)
  if (from !== initial) {
    setFrom(initial)
    setSaved(initial)
  }
  const { rows, setRows, raw, unseen, openText, closeText, writeText, forget } = useVariableDraft(id, saved.variables)
  const changes = changesOf(rows, saved.variables)
  const problems = rowProblems(rows, saved.variables)
  const rawProblems = raw === null ? [] : parseEnv(raw).problems
  const merge = (text: string) => {
    const { entries, problems: unread } = parseEnv(text)
    if (unread.length > 0) toast.warning(`${unread.length === 1 ? 'One line was' : `${unread.length} lines were`} not understood.`, { description: unread.slice(0, 3).map(({ line, message }) => `Line ${line}: ${message}`).join(' ') })
    const next = importEntries(rows, entries)
    if (raw === null) setRows(next)
    else openText(next)
  }
  const save = useSubmit(async () => {
    try {
      setSaved(await does.save(replacement(rows), saved))
    } catch (error) {
      // What somebody else saved is read; these edits are put on top of it.
      if (problemOf(error).code === 'conflict') router.refresh()
      throw error
    }
    forget()
  })
  const discard = () => {
    forget()
    save.reset()
  }
  const told = async <T,>(work: () => Promise<T>, refusal: string): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      toast.error(refusal, { description: problemOf(error).message })
      return null
    }
  }
  const regenerate = async (key: string) => {
    const next = await told(() => does.regenerate(key), `${key} was not generated anew.`)
    if (next === null) return
    setSaved(next)
    toast.success(`${key} was generated anew. It takes effect with the next deployment.`)
  }
  const download = async () => {
    const text = await told(does.exportText, 'The variables were not exported.')
    if (text !== null) saveFile(text, fileName)
  }
  const fieldErrors = Object.fromEntries(rows.map((row) => [row.id, problems[row.id] ?? save.fieldError(`variables.${row.key.trim()}`)]))
  return (
    <>
      <ReadOnlyNote reason={readOnly} />
      <header className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{title}</h3>
        <div className="flex flex-wrap gap-1">
          <ImportButton disabledReason={readOnly} onText={merge} />
          <ExportButton isEmpty={saved.variables.length === 0} onClick={() => void download()} />
          <Button size="small" variant="ghost" aria-pressed={raw !== null} onClick={() => (raw === null ? openText() : closeText())}>
            {raw === null ? 'Edit as .env' : 'Edit as table'}
          </Button>
          {raw === null ? (
            <Button size="small" icon={<Plus />} disabledReason={readOnly} onClick={() => setRows([...rows, newRow()])}>
              Add variable
            </Button>
          ) : null}
        </div>
      </header>
      {raw !== null ? (
        <RawEditor
          text={raw}
          setText={writeText}
          problems={[...rawProblems, ...rows.flatMap((row) => (fieldErrors[row.id] ? [{ line: null, message: `${row.key}: ${fieldErrors[row.id]}` }] : []))]}
          readOnly={readOnly !== null}
        />
      ) : rows.length === 0 ? (
        <p className="rounded-card border border-dashed border-line-strong px-3 py-6 text-center text-muted">{empty}</p>
      ) : (
        <ul className="rounded-card border border-line py-1.5">
          {rows.map((row) => (
            <VariableRow
              key={row.id}
              row={row}
              problem={fieldErrors[row.id]}
              references={saved.references}
              readOnly={readOnly !== null}
              hasScope={hasScope}
              generated={hasGenerated(row, saved.variables)}
              usedBy={saved.variables.find(({ key }) => row.id === `saved:${key}`)?.usedBy}
              onChange={(next) => setRows(rows.map((each) => (each.id === row.id ? next : each)))}
              onDelete={() => setRows(rows.filter((each) => each.id !== row.id))}
              onPasteBlock={merge}
              reveal={(key) => told(() => does.reveal(key), `${key} was not revealed.`)}
              regenerate={regenerate}
            />
          ))}
        </ul>
      )}
      {raw === null ? <p className="mt-1.5 text-meta text-faint">{hint}</p> : null}
      {unseen.length > 0 ? (
        <p role="status" className="mt-1.5 text-meta text-warning">
          {`Somebody has changed ${unseen.slice(0, 3).join(', ')}${unseen.length > 3 ? ` and ${unseen.length - 3} more` : ''} since this text was opened. That stays, except where you have changed the same.`}
        </p>
      ) : null}
      <ChangeList changes={changes} isOpen={raw !== null} />
      <div className="h-5 shrink-0" />
      {children?.(saved, (key, value) => setRows([...rows.filter((row) => row.key.trim() !== '' || (row.value ?? '') !== ''), newRow(key, value)]))}
      <div className="h-5 shrink-0" />
      {changes.length > 0 || rawProblems.length > 0 ? (
        <SaveBar words={changes.length === 1 ? '1 change' : `${changes.length} changes`} pending={save.pending} blocked={changes.length === 0 || Object.keys(problems).length > 0 || rawProblems.length > 0} onDiscard={discard} onSave={() => void save.submit()} error={save.error} />
      ) : null}
    </>
  )
}

function ExportButton({ isEmpty, onClick }: { isEmpty: boolean; onClick: () => void }) {
  const missing = useMissing('variable.reveal')
  return <IconButton size="small" label="Download as .env, secrets included. It is recorded in the activity" icon={<Download />} disabledReason={missing ?? (isEmpty ? 'There is nothing to download.' : null)} onClick={onClick} />
}

/** Reads a file of the person; it becomes edits that are saved like any other. */
function ImportButton({ disabledReason, onText }: { disabledReason: string | null; onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton size="small" label="Read a .env file" icon={<Upload />} disabledReason={disabledReason} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        aria-label="A .env file"
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file) void file.text().then(onText)
        }}
      />
    </>
  )
}

function saveFile(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
