'use client'

import { useState, type FormEvent } from 'react'

import { useCanvas, useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import { inputProblem } from '@/components/canvas/input-problem'
import type { Place } from '@/components/canvas/placement'
import { record } from '@/components/canvas/record'
import { ask, receiveVolume } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { DisplayName } from '@/lib/contract/common'
import { volumeCreate } from '@/lib/contract/doors'
import { MountPath } from '@/lib/contract/volume'

import { nodeOf } from './node-of'
import { PathField, ServiceChoice } from './service-choice'

/** A new volume, on its own or attached at once. */
export function AddVolume({ serviceId: given, at }: { serviceId: string | null; at: Place | null }) {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  const [serviceId, setServiceId] = useState(given)
  const [typedName, setName] = useState<string | null>(null)
  const [path, setPath] = useState('/data')
  const suggested = useCanvas((state) => (serviceId === null ? 'data' : `${state.services[serviceId]?.name ?? ''}-data`.slice(0, 60)))
  const name = typedName ?? suggested
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const problem = inputProblem({ name: [DisplayName, name], ...(serviceId === null ? {} : { path: [MountPath, path] as const }) })
    if (problem) throw problem
    // A name that nobody typed may be followed by a number.
    const named = typedName === null && serviceId !== null ? {} : { name: name.trim() }
    const again = { environmentId, ...named, ...at, ...(serviceId === null ? {} : { serviceId, path: path.trim() }) }
    const view = await run(volumeCreate, again)
    receiveVolume(store, nodeOf(view))
    record(store, { label: `Add ${view.name}`, kind: 'draw', thing: { kind: 'volume', id: view.id, again, serviceId } })
    ask(store, null)
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : ask(store, null))} size="small" title="Add a volume" description="Its content outlives every deployment, and one service writes to it at a time.">
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')}>
          <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <ServiceChoice value={serviceId} onChange={setServiceId} optional error={fieldError('serviceId')} />
        {serviceId === null ? null : <PathField value={path} onChange={setPath} error={fieldError('path')} />}
        <ProblemMessage error={error} shownFields={['name', 'path', 'serviceId']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={() => ask(store, null)}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Add volume
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
