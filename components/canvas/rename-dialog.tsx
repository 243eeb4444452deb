'use client'

import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { fetchQuery } from '@/components/client/query'
import { nodeOf as serviceNodeOf } from '@/components/service/use-service-actions'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { nodeOf as volumeNodeOf } from '@/components/volume/node-of'
import { DisplayName } from '@/lib/contract/common'
import { groupUpdate, serviceGet, serviceUpdate, volumeUpdate } from '@/lib/contract/doors'

import { useCanvas, useCanvasStore } from './canvas-context'
import { inputProblem } from './input-problem'
import { advanceIn, record } from './record'
import { ask, nodeIn, receiveGroup, receiveService, receiveVolume, type CanvasStore } from './store'

type Named = { kind: 'service' | 'volume' | 'group'; id: string; name: string }

const HINT = { service: 'Its address stays. What refers to it follows.', volume: 'The variable that says where it is follows.', group: undefined }

/** Asks what a service, a volume or a group is called. */
export function RenameDialog({ id }: { id: string }) {
  const named = useCanvas((state) => nodeIn(state, id) ?? state.groups[id])
  return named ? <OpenRename named={named} /> : null
}

function OpenRename({ named }: { named: Named }) {
  const store = useCanvasStore()
  const rename = useRename(store)
  // What it was called when it was asked: another name that somebody gives it meanwhile is not overwritten.
  const [{ name: before }] = useState(named)
  const [typed, setName] = useState(named.name)
  const name = typed.trim()
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const problem = inputProblem({ name: [DisplayName, name] })
    if (problem) throw problem
    if (name !== before) {
      await rename(named, { before, after: name })
      record(store, { label: `Rename ${before}`, kind: 'set', setting: { of: 'name', kind: named.kind, id: named.id, before, after: name } })
    }
    ask(store, null)
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : ask(store, null))} size="small" title={`Rename ${before}`}>
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')} hint={HINT[named.kind]}>
          <Input name="name" data-autofocus value={typed} onFocus={(event) => event.target.select()} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <ProblemMessage error={error} shownFields={['name']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={() => ask(store, null)}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function useRename(store: CanvasStore) {
  const run = useRun()
  return async ({ kind, id }: Named, { before, after }: { before: string; after: string }) => {
    if (kind === 'group') return receiveGroup(store, await run(groupUpdate, { groupId: id, name: after, ifName: before }))
    if (kind === 'volume') return receiveVolume(store, volumeNodeOf(await run(volumeUpdate, { volumeId: id, name: after })))
    const { revision } = await fetchQuery(serviceGet, { serviceId: id })
    const saved = await run(serviceUpdate, { serviceId: id, name: after, ifRevision: revision })
    receiveService(store, serviceNodeOf(saved))
    advanceIn(store, id, { from: revision, to: saved.revision })
  }
}
