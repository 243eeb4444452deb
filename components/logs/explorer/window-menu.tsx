'use client'

import { CalendarClock, ChevronDown } from 'lucide-react'
import { useState, type FormEvent } from 'react'

import { Button } from '@/components/ui/button'
import { buttonClass } from '@/components/ui/button-style'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Menu } from '@/components/ui/menu'

import { boundsOf, fixed, SPAN_WORDS, windowWords, type LogWindow, type Span } from './question'

export type WindowMenuProps = { window: LogWindow; onWindow: (window: LogWindow) => void }

/** Where in time one looks. */
export function WindowMenu({ window, onWindow }: WindowMenuProps) {
  const [isAsking, setAsking] = useState(false)
  const words = windowWords(window)
  return (
    <>
      <Menu
        align="end"
        label="Time"
        trigger={
          <button type="button" aria-label={`Time: ${words}`} className={buttonClass('secondary', 'medium', 'min-w-0 shrink!')}>
            <CalendarClock aria-hidden="true" className="text-faint" />
            <span suppressHydrationWarning className="truncate">
              {words}
            </span>
            <ChevronDown aria-hidden="true" className="text-faint" />
          </button>
        }
        items={[
          { label: 'Live', checked: window.kind === 'live', onSelect: () => onWindow({ kind: 'live' }) },
          { kind: 'separator' },
          ...(Object.entries(SPAN_WORDS) as [Span, string][]).map(([span, label]) => ({ label, checked: window.kind === 'last' && window.span === span, onSelect: () => onWindow({ kind: 'last', span }) })),
          { kind: 'separator' },
          { label: 'From … until …', checked: window.kind === 'fixed', onSelect: () => setAsking(true) },
        ]}
      />
      {isAsking ? <FixedWindow window={window} onWindow={onWindow} onClose={() => setAsking(false)} /> : null}
    </>
  )
}

function FixedWindow({ window, onWindow, onClose }: WindowMenuProps & { onClose: () => void }) {
  const [{ from, until }, setDraft] = useState(() => {
    const { fromMs, untilMs } = boundsOf(window, Date.now())
    return { from: localTime(fromMs), until: localTime(untilMs) }
  })
  const isWrong = !(Date.parse(from) < Date.parse(until))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isWrong) return
    onWindow(fixed(Date.parse(from), Date.parse(until)))
    onClose()
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title="From … until …" description={`Times are of your own time zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`} size="small">
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label="From">
          <Input type="datetime-local" step={1} required value={from} onChange={(event) => setDraft({ from: event.target.value, until })} />
        </Field>
        <Field label="Until" error={isWrong ? 'It ends before it begins. Choose a later time.' : undefined}>
          <Input type="datetime-local" step={1} required value={until} onChange={(event) => setDraft({ from, until: event.target.value })} />
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" disabledReason={isWrong ? 'It ends before it begins.' : null}>
            Show
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** A moment as such fields take it: in the reader's own zone, to the second. */
function localTime(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}
