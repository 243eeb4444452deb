'use client'

import { useState, type FormEvent } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

import { LEAST_SPAN_MS, type Range } from './range'

export type RangeDialogProps = { fromMs: number; untilMs: number; onClose: () => void; onChoose: (range: Range) => void }

/** A window of one's own, in the time of the reader's clock. */
export function RangeDialog({ fromMs, untilMs, onClose, onChoose }: RangeDialogProps) {
  const [from, setFrom] = useState(() => localText(fromMs))
  const [until, setUntil] = useState(() => localText(untilMs))
  const [problem, setProblem] = useState<string | null>(null)
  const choose = (event: FormEvent) => {
    event.preventDefault()
    const span = Date.parse(until) - Date.parse(from)
    if (Number.isNaN(span)) return setProblem('Give both times, with day and hour.')
    if (span < LEAST_SPAN_MS) return setProblem('The end must be at least a minute after the beginning.')
    if (span > 366 * 24 * 3_600_000) return setProblem('A year at most can be shown: nothing is kept for longer.')
    onChoose({ kind: 'between', fromMs: Date.parse(from), untilMs: Date.parse(until) })
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      size="small"
      title="Choose a time"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="range">
            Show
          </Button>
        </>
      }
    >
      <form id="range" onSubmit={choose} noValidate className="grid gap-3 sm:grid-cols-2">
        <Field label="From">
          <Input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} data-autofocus />
        </Field>
        <Field label="Until" error={problem}>
          <Input type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  )
}

/** As a field for local time takes it. */
function localText(atMs: number): string {
  return new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
