'use client'

import { useState } from 'react'

import { useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { databaseRotate } from '@/lib/contract/doors'
import type { RotationView } from '@/lib/contract/rotation'
import type { ServiceView } from '@/lib/contract/service'
import { isOpen } from '@/lib/domain/rotation'

import { RotationProgress } from './rotation-progress'
import type { RotationsView } from './use-rotations'

type Props = { service: ServiceView; rotations: RotationsView; onChange: () => void }

/** How old the password is, and the way to another one without a query that fails. */
export function Rotation({ service, rotations, onChange }: Props) {
  const missing = useMissing('service.write')
  const [isAsking, setAsking] = useState(false)
  const { outlook, items } = rotations
  const [last] = items
  return (
    <section aria-labelledby="rotation">
      <h3 id="rotation" className="font-medium">
        Password rotation
      </h3>
      {last && isOpen(last) ? (
        <RotationProgress rotation={last} onChange={onChange} />
      ) : (
        <div className="mt-2 flex flex-wrap items-center justify-between gap-3 rounded-card border border-line bg-raised px-3.5 py-2.5">
          <p className="min-w-0 flex-1 text-muted">{last ? <Ended rotation={last} /> : 'The password is the one it was made with.'}</p>
          <Button size="small" disabledReason={missing ?? outlook.cannotRotate} onClick={() => setAsking(true)}>
            Rotate…
          </Button>
        </div>
      )}
      {isAsking ? <RotateDialog service={service} outlook={outlook} onClose={() => setAsking(false)} onChange={onChange} /> : null}
    </section>
  )
}

function Ended({ rotation: { status, finishedAt, createdAt, createdBy, message } }: { rotation: RotationView }) {
  return (
    <>
      {status === 'done' ? 'Rotated' : 'A rotation was cancelled'} <RelativeTime at={finishedAt ?? createdAt} />
      {createdBy === null ? '' : `, begun by ${createdBy.name}`}.{status === 'done' ? ' Former passwords are refused.' : ` ${message ?? 'The former password is valid again.'}`}
    </>
  )
}

function RotateDialog({ service, outlook, onClose, onChange }: { service: ServiceView; outlook: RotationsView['outlook']; onClose: () => void; onChange: () => void }) {
  const run = useRun()
  const { redeploys, stopped } = outlook
  const begin = async () => {
    await run(databaseRotate, { serviceId: service.id })
    onChange()
  }
  return (
    <ConfirmDialog open danger={false} onOpenChange={(open) => (open ? undefined : onClose())} title={`Rotate the password of ${service.name}?`} confirmLabel="Rotate" onConfirm={begin}>
      <p>A new password is made, and both are valid until nothing uses the former one. Then that is refused, and whoever still uses it is cut off.</p>
      {redeploys.length === 0 ? (
        <p>No running service uses it.</p>
      ) : (
        <>
          <p>{redeploys.length === 1 ? 'This service is' : 'These services are'} redeployed from {redeploys.length === 1 ? 'its' : 'their'} kept build{redeploys.length === 1 ? '' : 's, one after the other'}:</p>
          <Names of={redeploys} />
        </>
      )}
      {stopped.length === 0 ? null : (
        <>
          <p>Stopped, and to be deployed rather than started afterwards:</p>
          <Names of={stopped} />
        </>
      )}
      <p className="text-meta">A copy of the password that is kept elsewhere stops working. You can go back until the last step.</p>
    </ConfirmDialog>
  )
}

function Names({ of }: { of: readonly { serviceId: string; name: string }[] }) {
  return (
    <ol className="max-h-40 overflow-y-auto rounded-card border border-line px-3 py-1.5 text-ink">
      {of.map(({ serviceId, name }) => (
        <li key={serviceId} className="py-0.5 break-words">
          {name}
        </li>
      ))}
    </ol>
  )
}
