'use client'

import { useMissing, useService } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { useSubmit } from '@/components/ui/use-submit'
import { canDeploy } from '@/lib/domain/service-can'

import { factsOf, isDeploying } from './service-facts'
import { useServiceActions } from './use-service-actions'

/** While what is saved differs from what runs: says when it takes effect, and offers exactly that. */
export function TakesEffect({ serviceId }: { serviceId: string }) {
  const service = useService(serviceId)
  const missing = useMissing('deployment.create')
  const actions = useServiceActions()
  const deploy = useSubmit(async () => service && actions.applyChanges(service))
  if (!service?.changed || service.activeId === null || isDeploying(service)) return null
  return (
    <div role="status" className="mb-4 flex flex-wrap items-center justify-between gap-2 rounded-control border border-accent/35 bg-accent/8 px-3 py-1.5">
      <p>What is saved differs from what runs. It takes effect with the next deployment.</p>
      <Button size="small" loading={deploy.pending} disabledReason={missing ?? canDeploy(factsOf(service))} onClick={() => void deploy.submit()}>
        Deploy
      </Button>
    </div>
  )
}
