'use client'

import { CircleCheck, Undo2 } from 'lucide-react'
import { useState } from 'react'

import { useCanvasStore, useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { ask } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { Field } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Skeleton } from '@/components/ui/skeleton'
import { useSubmit } from '@/components/ui/use-submit'
import type { ServiceChange } from '@/lib/contract/change'
import { changeApply, changeDiscard } from '@/lib/contract/doors'
import { byName } from '@/lib/domain/by-name'

import { DifferenceRow } from './difference-row'
import { useChanges } from './use-changes'

/** Everything that deploying would change, field by field, before it is done. */
export function ReviewDialog() {
  const store = useCanvasStore()
  const run = useRun()
  const { environmentId } = useEnvironment()
  const { data, error, replace, reload } = useChanges()
  const [message, setMessage] = useState('')
  const mayDeploy = useMissing('deployment.create')
  const close = () => ask(store, null)
  const deploy = useSubmit(async () => {
    await run(changeApply, { environmentId, message, ...(data ? { fingerprint: data.fingerprint } : {}) }).catch((problem: unknown) => {
      reload()
      throw problem
    })
    close()
  })
  const discard = useSubmit(async (serviceId: string, field?: string) => replace(await run(changeDiscard, { environmentId, items: [{ serviceId, ...(field === undefined ? {} : { field }) }] })))
  const isBusy = deploy.pending || discard.pending
  return (
    <Dialog open onOpenChange={(open) => (open || deploy.pending ? undefined : close())} size="large" title="Review changes" description="What is set and not deployed yet. Everybody who works on this environment sees the same.">
      <div tabIndex={-1} data-autofocus className="outline-none">{data === null ? <Waiting error={error} /> : null}</div>
      {data?.changes.length === 0 ? (
        <EmptyState icon={<CircleCheck />} title="Nothing is changed">
          What is set is what is deployed.
        </EmptyState>
      ) : null}
      <ul className="space-y-3">
        {[...(data?.changes ?? [])].sort((a, b) => byName(a.name, b.name)).map((change) => (
          <ChangeCard key={change.serviceId} change={change} isBusy={isBusy} onDiscard={(field) => void discard.submit(change.serviceId, field)} />
        ))}
      </ul>
      <ProblemMessage error={deploy.error ?? discard.error} className="mt-3" />
      {data && data.changes.length > 0 ? (
        <form
          className="mt-4 flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isBusy && mayDeploy === null) void deploy.submit()
          }}
        >
          <Field label="What this is for" className="min-w-56 flex-1">
            <Input value={message} onChange={(event) => setMessage(event.target.value)} maxLength={500} placeholder="Optional, kept with the revision" autoComplete="off" />
          </Field>
          <Button type="submit" variant="primary" className="ml-auto" loading={deploy.pending} disabled={discard.pending} disabledReason={mayDeploy}>
            Deploy {data.changes.length === 1 ? '1 change' : `${data.changes.length} changes`}
          </Button>
        </form>
      ) : null}
    </Dialog>
  )
}

function ChangeCard({ change, isBusy, onDiscard }: { change: ServiceChange; isBusy: boolean; onDiscard: (field?: string) => void }) {
  const mayWrite = useMissing('service.write')
  const { name, kind, differences } = change
  const isOffered = kind === 'changed' && mayWrite === null
  return (
    <li className="rounded-card border border-line bg-surface px-3.5 py-2.5">
      <div className="flex flex-wrap items-center gap-x-2">
        <h3 className="min-w-0 truncate font-medium">{name}</h3>
        {kind === 'new' ? <Badge tone="progress">New</Badge> : null}
        <span className="order-last w-full text-meta text-faint sm:order-none sm:ml-auto sm:w-auto">{effectWords(change)}</span>
        {isOffered ? <IconButton size="small" className="ml-auto sm:ml-0" label={`Discard all changes of ${name}`} icon={<Undo2 />} disabled={isBusy} onClick={() => onDiscard()} /> : null}
      </div>
      {change.hindrance === null ? null : <p className="mt-1 text-warning">{change.hindrance}</p>}
      {differences.length === 0 ? null : (
        <ul className="mt-1.5">
          {differences.map((difference) => (
            <DifferenceRow key={difference.field} difference={difference} pending={isBusy} {...(isOffered && differences.length > 1 ? { onDiscard: () => onDiscard(difference.field) } : {})} />
          ))}
        </ul>
      )}
    </li>
  )
}

/** What deploying does to it. */
function effectWords({ kind, effect, pauses }: ServiceChange): string {
  const begins = kind === 'new' ? 'Builds and starts' : effect === 'build' ? 'Builds and replaces what runs' : 'Starts the same build anew'
  return pauses ? `${begins}; requests wait meanwhile` : begins
}

function Waiting({ error }: { error: unknown }) {
  if (error !== null) return <ProblemMessage error={error} />
  return (
    <div className="space-y-3" aria-label="Loading" role="status">
      <Skeleton className="h-24" />
      <Skeleton className="h-16" />
    </div>
  )
}
