'use client'

import { useState, type FormEvent } from 'react'

import { useCanvas, useCanvasStore, useVolume } from '@/components/canvas/canvas-context'
import { inputProblem } from '@/components/canvas/input-problem'
import { record } from '@/components/canvas/record'
import { ask, receiveVolume } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { volumeAttach } from '@/lib/contract/doors'
import { MountPath, type VolumeNode } from '@/lib/contract/volume'

import { mountOf, nodeOf } from './node-of'
import { PathField, ServiceChoice } from './service-choice'

/** Asks where in which service a volume appears. */
export function AttachVolume({ volumeId, serviceId }: { volumeId: string; serviceId: string | null }) {
  const volume = useVolume(volumeId)
  return volume ? <OpenAttach volume={volume} wanted={serviceId} /> : null
}

function OpenAttach({ volume, wanted }: { volume: VolumeNode; wanted: string | null }) {
  const store = useCanvasStore()
  const run = useRun()
  const first = useCanvas((state) => Object.keys(state.services)[0] ?? null)
  const [serviceId, setServiceId] = useState(wanted ?? first)
  const [path, setPath] = useState(volume.serviceId === wanted && volume.mountPath !== null ? volume.mountPath : '/data')
  const isChange = volume.serviceId !== null && volume.serviceId === wanted
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const problem = inputProblem({ path: [MountPath, path] })
    if (problem) throw problem
    const after = { serviceId: serviceId ?? '', path: path.trim() }
    receiveVolume(store, nodeOf(await run(volumeAttach, { volumeId: volume.id, ...after })))
    record(store, { label: `Attach ${volume.name}`, kind: 'set', setting: { of: 'mount', id: volume.id, before: mountOf(volume), after } })
    ask(store, null)
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || pending ? undefined : ask(store, null))}
      size="small"
      title={isChange ? `Mount ${volume.name} elsewhere` : `Attach ${volume.name}`}
      description="It takes effect with the next deployment of the service, whose versions from then on replace each other instead of overlapping."
    >
      <form onSubmit={send} noValidate className="space-y-4">
        {isChange ? null : <ServiceChoice value={serviceId} onChange={setServiceId} error={fieldError('serviceId')} />}
        <PathField value={path} onChange={setPath} error={fieldError('path')} />
        <ProblemMessage error={error} shownFields={['path', 'serviceId']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={() => ask(store, null)}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending} disabled={serviceId === null}>
            {isChange ? 'Change path' : 'Attach volume'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
