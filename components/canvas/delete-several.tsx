'use client'

import { useParams, useRouter } from 'next/navigation'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { bytesWords } from '@/components/service/use-words'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import { useCanvasStore, useEnvironment } from './canvas-context'
import { together, type Step } from './history'
import { lossesOf } from './losses'
import { record } from './record'
import { removeGroup, removeService, removeVolume } from './remove'
import { ask } from './store'

/** One question for all that is selected: it names what is lost, and asks for a name where data is. */
export function DeleteSeveral({ ids }: { ids: readonly string[] }) {
  const store = useCanvasStore()
  const run = useRun()
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  const params = useParams<{ service?: string; volume?: string }>()
  // As it was when it was asked.
  const [losses] = useState(() => lossesOf(store.getState(), ids))
  const { services, volumes, groups, dependents, kept } = losses
  const count = services.length + volumes.length + groups.length
  const environment = project.environments.find(({ id }) => id === environmentId)?.name ?? project.name
  const typedName = volumes.length === 0 ? undefined : volumes.length === 1 ? volumes[0]!.name : environment
  const remove = async () => {
    const hands = { store, run, environmentId }
    const works: { name: string; work: () => Promise<Step | null> }[] = [
      ...groups.map((group) => ({ name: group.name, work: () => removeGroup(hands, group) })),
      ...services.map((service) => ({ name: service.name, work: () => removeService(hands, service) })),
      ...volumes.map((volume) => ({ name: volume.name, work: () => removeVolume(hands, volume) })),
    ]
    const steps: Step[] = []
    if (ids.includes(params.service ?? params.volume ?? '')) router.push(paths.canvas(project.id, environmentId))
    for (const { name, work } of works) {
      try {
        const step = await work()
        if (step) steps.push(step)
      } catch (error) {
        toast.error(`${name} was not deleted.`, { description: problemOf(error).message })
      }
    }
    record(store, together(`Delete ${count} things`, steps))
  }
  return (
    <ConfirmDialog open onOpenChange={(open) => (open ? undefined : ask(store, null))} title={`Delete ${count} ${count === 1 ? 'thing' : 'things'}?`} confirmLabel="Delete them" onConfirm={remove} {...(typedName === undefined ? {} : { typedName })}>
      {services.length > 0 ? (
        <div>
          <p>{services.length === 1 ? 'This stops' : 'These stop'} at once, with builds and logs, and the addresses stop answering. Undo draws {services.length === 1 ? 'it' : 'them'} again for an hour, with settings and variables only:</p>
          <ul className="mt-1 max-h-40 overflow-y-auto">
            {services.map(({ id, name, url, source }) => (
              <li key={id} className="truncate text-ink">
                {name} <span className="font-mono text-code text-muted">{source.type === 'database' ? 'database, with its passwords' : url.replace(/^https?:\/\//, '')}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {volumes.length > 0 ? (
        <div>
          <p className="text-bad">Everything in {volumes.length === 1 ? 'this volume' : 'these volumes'} is lost. Nobody can bring it back:</p>
          <ul className="mt-1 max-h-40 overflow-y-auto">
            {volumes.map(({ id, name, sizeBytes }) => (
              <li key={id} className="truncate text-ink">
                {name} <span className="text-muted">{sizeBytes ? bytesWords(sizeBytes) : 'nothing measured in it yet'}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {groups.length > 0 ? <p>Of {groups.map(({ name }) => name).join(', ')} only the frame goes.</p> : null}
      {kept.length > 0 ? <p>{kept.map(({ name }) => name).join(', ')} {kept.length === 1 ? 'stays, with everything in it.' : 'stay, with everything in them.'}</p> : null}
      {dependents.length > 0 ? <p className="text-warning">{dependents.join(', ')} {dependents.length === 1 ? 'refers' : 'refer'} to what goes, and will not deploy until that is mended.</p> : null}
    </ConfirmDialog>
  )
}
