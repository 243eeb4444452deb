'use client'

import { Pause, Pencil, Play, Send, SkipForward, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { drainDelete, drainPause, drainResume, drainTest } from '@/lib/contract/doors'
import type { DrainView } from '@/lib/contract/drain'

import { DrainDialog, type Place } from './drain-dialog'
import { DrainState } from './drain-state'
import { choiceWords, countWords, STATE, targetWords } from './drain-words'

export type DrainRowProps = { organizationId: string; drain: DrainView; places: readonly Place[]; disabledReason: string | null }

/** One drain: where it leads, what goes there, and how far it is. */
export function DrainRow({ organizationId, drain, places, disabledReason }: DrainRowProps) {
  const run = useRun()
  const router = useRouter()
  const [asking, setAsking] = useState<'change' | 'delete' | 'skip' | null>(null)
  const { id: drainId, name, state, waiting, test } = drain
  const ids = { organizationId, drainId }
  const isTesting = test?.status === 'queued'
  const attempt = (work: Promise<unknown>, failed: string) =>
    work.then(
      () => router.refresh(),
      (error: unknown) => void toast.error(failed, { description: problemOf(error).message }),
    )
  const remove = async () => {
    await run(drainDelete, ids)
    toast.success('Drain deleted.')
    router.refresh()
  }
  const skip = async () => {
    await run(drainResume, { ...ids, skip: true })
    toast.success('What waited is left out.')
    router.refresh()
  }
  const close = () => setAsking(null)
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-48 flex-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="min-w-0 font-medium break-words">{name}</span>
            <Badge tone={STATE[state].tone}>{STATE[state].label}</Badge>
          </p>
          <p className="text-meta break-words text-faint">{targetWords(drain)}</p>
          <p className="text-meta break-words text-faint">{choiceWords(drain)}</p>
        </div>
        <div className="flex flex-wrap items-center gap-1">
          <Button size="small" icon={<Send />} disabledReason={disabledReason ?? (isTesting ? 'A test is on its way.' : null)} onClick={() => void attempt(run(drainTest, ids), 'The test is not sent.')}>
            Send a test
          </Button>
          {state === 'paused' || state === 'failing' ? <IconButton label={state === 'paused' ? `Let ${name} go on` : `Try ${name} again now`} icon={<Play />} disabledReason={disabledReason} onClick={() => void attempt(run(drainResume, ids), 'The drain is as it was.')} /> : null}
          {state === 'paused' ? null : <IconButton label={`Pause ${name}`} icon={<Pause />} disabledReason={disabledReason} onClick={() => void attempt(run(drainPause, ids), 'The drain is as it was.')} />}
          {waiting.lines > 0 && state !== 'sending' ? <IconButton label={`Leave out what waits in ${name}`} icon={<SkipForward />} disabledReason={disabledReason} onClick={() => setAsking('skip')} /> : null}
          <IconButton label={`Change ${name}`} icon={<Pencil />} disabledReason={disabledReason} onClick={() => setAsking('change')} />
          <IconButton label={`Delete ${name}`} icon={<Trash2 />} disabledReason={disabledReason} onClick={() => setAsking('delete')} />
        </div>
      </div>
      <DrainState drain={drain} />
      {asking === 'change' ? <DrainDialog organizationId={organizationId} drain={drain} places={places} onClose={close} /> : null}
      <ConfirmDialog open={asking === 'delete'} onOpenChange={close} title={`Delete ${name}?`} confirmLabel="Delete drain" onConfirm={remove}>
        <p>Nothing is sent there any more, and its secret is lost for good{waiting.lines === 0 ? '' : `. ${countWords(waiting.lines, waiting.isMore)} that ${waiting.lines === 1 ? 'waits is' : 'wait are'} not sent`}. What is kept here stays.</p>
      </ConfirmDialog>
      <ConfirmDialog open={asking === 'skip'} onOpenChange={close} title={`Leave out what waits in ${name}?`} confirmLabel="Leave it out" onConfirm={skip}>
        <p>{countWords(waiting.lines, waiting.isMore)} that {waiting.lines === 1 ? 'waits is' : 'wait are'} never sent there, and what comes from now on is. What is kept here stays.</p>
      </ConfirmDialog>
    </li>
  )
}
