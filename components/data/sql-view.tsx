'use client'

import clsx from 'clsx'
import { Play, SquareTerminal } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'

import { useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Switch } from '@/components/ui/switch'
import { Textarea } from '@/components/ui/textarea'
import { useSubmit } from '@/components/ui/use-submit'
import { MOST_ROWS, type DataAnswer } from '@/lib/contract/data'
import { dataExecute, dataQuery } from '@/lib/contract/doors'
import type { EngineName } from '@/lib/domain/engine/engines'

import { CellDialog, type OpenCell } from './cell-dialog'
import { Grid } from './grid'

type Props = { serviceId: string; engine: EngineName; statement: string; onStatement: (statement: string) => void; onWritten: () => void }

/** One statement at a time: it only reads, unless writing was turned on. */
export function SqlView({ serviceId, engine, statement, onStatement, onWritten }: Props) {
  const run = useRun()
  const missing = useMissing('data.write')
  const [mayWrite, setMayWrite] = useState(false)
  const [answer, setAnswer] = useState<DataAnswer | null>(null)
  const [open, setOpen] = useState<OpenCell | null>(null)
  const { submit, pending, error } = useSubmit(async () => {
    setAnswer(null)
    setAnswer(await run(mayWrite ? dataExecute : dataQuery, { serviceId, statement }))
    if (mayWrite) onWritten()
  })
  const isEmpty = statement.trim() === ''
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    if (!isEmpty && !pending) void submit()
  }
  return (
    <>
      <div className="shrink-0 space-y-2 border-b border-line p-3">
        <Textarea mono rows={5} aria-label="Statement" placeholder={engine === 'postgres' ? 'select * from pg_stat_activity' : 'show processlist'} value={statement} onChange={(event) => onStatement(event.target.value)} onKeyDown={press} spellCheck={false} autoComplete="off" maxLength={100_000} />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Switch checked={mayWrite} onCheckedChange={setMayWrite} disabled={missing !== null} label="Allow writing" hint={missing ?? (mayWrite ? 'Changes data at once. Recorded in the activity.' : 'Statements run in a read-only transaction.')} />
          <Button className="ml-auto" variant={mayWrite ? 'danger' : 'primary'} icon={<Play />} loading={pending} disabledReason={isEmpty ? 'Write a statement first.' : null} title="Ctrl+Enter" onClick={() => void submit()}>
            {mayWrite ? 'Run and write' : 'Run'}
          </Button>
        </div>
      </div>
      <ProblemMessage error={error} className="m-3" />
      {answer === null && !error ? (
        <EmptyState icon={<SquareTerminal />} title={pending ? 'It is being run' : 'One statement at a time'} className="my-auto">
          {pending ? 'It is ended when it takes too long.' : `Ctrl+Enter runs it. At most ${MOST_ROWS.statement} rows are shown.`}
        </EmptyState>
      ) : null}
      {answer !== null && answer.columns.length > 0 ? (
        <Grid
          label="Answer"
          columns={answer.columns}
          rows={answer.rows}
          onOpen={({ row, column }) => {
            const { name, type, form } = answer.columns[column]!
            setOpen({ title: name, type, form, cell: answer.rows[row]![column]!, whole: null })
          }}
        />
      ) : null}
      {answer !== null ? (
        <p role="status" className={clsx('shrink-0 px-3 py-1.5 text-meta text-muted', answer.columns.length > 0 && 'border-t border-line')}>
          {answerWords(answer)}
        </p>
      ) : null}
      {open ? <CellDialog open={open} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function answerWords({ columns, rows, hasMore, changed, durationMs }: DataAnswer): string {
  const counted = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`
  const what = changed !== null ? `${counted(changed)} changed` : columns.length === 0 ? 'Done' : hasMore ? `The first ${counted(rows.length)}, there are more` : counted(rows.length)
  return `${what}, in ${durationMs.toLocaleString('en')} ms.`
}
