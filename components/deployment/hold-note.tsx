'use client'

import { Hand } from 'lucide-react'
import { useState, type FormEvent } from 'react'

import { useCanvasStore, useMissing } from '@/components/canvas/canvas-context'
import { receiveService } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { nodeOf } from '@/components/service/use-service-actions'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { RelativeTime } from '@/components/ui/relative-time'
import { useSubmit } from '@/components/ui/use-submit'
import { serviceHold, serviceUnhold } from '@/lib/contract/doors'
import type { ServiceNode } from '@/lib/contract/graph'

/** Whether automatic deploys are held: since when, by whom and why, and the way out; or the way to hold them. */
export function HoldNote({ service }: { service: ServiceNode }) {
  return service.hold === null ? <HoldButton service={service} /> : <Held service={service} hold={service.hold} />
}

function Held({ service, hold }: { service: ServiceNode; hold: NonNullable<ServiceNode['hold']> }) {
  const missing = useMissing('deployment.create')
  const run = useRun()
  const store = useCanvasStore()
  const release = useSubmit(async () => receiveService(store, nodeOf(await run(serviceUnhold, { serviceId: service.id }))))
  return (
    <div role="status" className="rounded-control border border-warning/35 bg-warning/8 px-3 py-2.5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p className="flex items-center gap-2 font-medium">
          <Hand aria-hidden="true" className="size-4 text-warning" /> Automatic deploys are held
        </p>
        <Button size="small" loading={release.pending} disabledReason={missing} onClick={() => void release.submit()}>
          Release the hold
        </Button>
      </div>
      <p className="break-words">{hold.reason}</p>
      <p className="mt-0.5 text-meta text-muted">
        {hold.by?.name ?? 'Easel'}, <RelativeTime at={hold.at} />. People can still deploy.
      </p>
      <ProblemMessage error={release.error} className="mt-2" />
    </div>
  )
}

function HoldButton({ service }: { service: ServiceNode }) {
  const missing = useMissing('deployment.create')
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="flex justify-end">
      <Button size="small" variant="ghost" icon={<Hand />} disabledReason={missing} onClick={() => setOpen(true)}>
        Hold automatic deploys…
      </Button>
      {isOpen ? <HoldDialog service={service} onClose={() => setOpen(false)} /> : null}
    </div>
  )
}

function HoldDialog({ service, onClose }: { service: ServiceNode; onClose: () => void }) {
  const run = useRun()
  const store = useCanvasStore()
  const [reason, setReason] = useState('')
  const hold = useSubmit(async () => receiveService(store, nodeOf(await run(serviceHold, { serviceId: service.id, reason }))))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await hold.submit()) onClose()
  }
  return (
    <Dialog open onOpenChange={(open) => (open || hold.pending ? undefined : onClose())} size="small" title={`Hold automatic deploys of ${service.name}?`} description="What runs goes on. Deploys that programs ask for are refused with your reason until the hold is released; people can still deploy.">
      <form noValidate onSubmit={(event) => void submit(event)} className="space-y-4">
        <Field label="Reason" required error={hold.fieldError('reason')} hint="At most 200 characters.">
          <Input data-autofocus value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} autoComplete="off" />
        </Field>
        {/* What is wrong with the reason stands beside it already. */}
        {hold.fieldError('reason') === undefined ? <ProblemMessage error={hold.error} /> : null}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={hold.pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={hold.pending}>
            Hold
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
