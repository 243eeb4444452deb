'use client'

import clsx from 'clsx'
import { Rocket } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'

import { useCanvas, useCanvasStore, useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { ask } from '@/components/canvas/store'
import { usePanelOpen } from '@/components/canvas/use-panel-open'
import { useRun } from '@/components/client/operations'
import { hasChange } from '@/components/service/service-facts'
import { Button } from '@/components/ui/button'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { changeApply } from '@/lib/contract/first-doors'

const BAR = 'pointer-events-none absolute left-3 bottom-14 z-10 flex-col gap-2 sm:bottom-3'
// Beside an open panel where both have room; otherwise the panel is above everything.
const BESIDE_PANEL = 'hidden min-[1280px]:right-[712px] min-[1280px]:flex min-[1280px]:items-end'
const ALONE = 'right-3 flex items-center'

/** At the bottom of the canvas while what is set differs from what is deployed: how much, and what can be done about it. */
export function ChangesBar() {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  const isPanelOpen = usePanelOpen()
  const waiting = useCanvas(useShallow((state) => Object.values(state.services).filter(hasChange)))
  const mayDeploy = useMissing('deployment.create')
  const mayWrite = useMissing('service.write')
  const deploy = useSubmit(() => run(changeApply, { environmentId }))
  if (waiting.length === 0 && !deploy.pending) return null
  const names = waiting.map(({ name }) => name).join(', ')
  const isAnySetBack = waiting.some(({ latest }) => latest !== null)
  return (
    <section aria-label="Changes" className={clsx(BAR, isPanelOpen ? BESIDE_PANEL : ALONE)}>
      <ProblemMessage error={deploy.error} className="pointer-events-auto max-w-lg bg-overlay shadow-float" />
      <div className="pointer-events-auto flex h-11 max-w-full animate-appear items-center gap-1 rounded-card border border-line-strong bg-overlay pr-1.5 pl-3.5 shadow-float">
        <p role="status" title={names} className="mr-1.5 truncate tabular-nums">
          {waiting.length === 1 ? '1 change' : `${waiting.length} changes`}
        </p>
        <Button size="small" variant="ghost" onClick={() => ask(store, { kind: 'review' })}>
          Review
        </Button>
        {isAnySetBack ? (
          <Button size="small" variant="ghost" disabledReason={mayWrite} onClick={() => ask(store, { kind: 'discard' })}>
            Discard
          </Button>
        ) : null}
        <Button size="small" variant="primary" icon={<Rocket />} className="ml-1" loading={deploy.pending} disabledReason={mayDeploy} onClick={() => void deploy.submit()} title={names} aria-label={`Deploy ${names}`}>
          Deploy
        </Button>
      </div>
    </section>
  )
}
