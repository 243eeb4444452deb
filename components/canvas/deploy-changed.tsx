'use client'

import { Rocket } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'

import { wantsDeploy } from '@/components/service/service-facts'
import { useServiceActions } from '@/components/service/use-service-actions'
import { Button } from '@/components/ui/button'
import { useSubmit } from '@/components/ui/use-submit'

import { useCanvas, useMissing } from './canvas-context'

/** The one button that makes what runs match what is drawn. Absent when it already does. */
export function DeployChanged() {
  const waiting = useCanvas(useShallow((state) => Object.values(state.services).filter(wantsDeploy)))
  const missing = useMissing('deployment.create')
  const actions = useServiceActions()
  const { submit, pending } = useSubmit(() => actions.deployAll(waiting))
  if (waiting.length === 0 && !pending) return null
  const names = waiting.map((service) => service.name).join(', ')
  return (
    <Button variant="primary" icon={<Rocket />} loading={pending} disabledReason={missing} onClick={() => void submit()} title={names} aria-label={`Deploy ${names}`}>
      Deploy
      {waiting.length > 1 ? <span className="-mr-1 rounded-small bg-on-accent/20 px-1 text-meta">{waiting.length}</span> : null}
    </Button>
  )
}
