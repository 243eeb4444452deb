'use client'

import { useParams, useRouter } from 'next/navigation'

import { useCanvas, useCanvasStore, useEnvironment, useService } from '@/components/canvas/canvas-context'
import { record } from '@/components/canvas/record'
import { removeService } from '@/components/canvas/remove'
import { ask } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'

/** Asks before a service goes, and names what goes with it. */
export function DeleteService({ serviceId }: { serviceId: string }) {
  const store = useCanvasStore()
  const service = useService(serviceId)
  const links = useCanvas((state) => state.links)
  const services = useCanvas((state) => state.services)
  const volumes = useCanvas((state) => state.volumes)
  const { project, environmentId } = useEnvironment()
  const { service: openId } = useParams<{ service?: string }>()
  const run = useRun()
  const router = useRouter()
  if (!service) return null
  const dependents = links.filter((link) => link.to === serviceId && link.from !== serviceId).map((link) => services[link.from]?.name ?? 'another service')
  const kept = Object.values(volumes).filter((volume) => volume.serviceId === serviceId).map((volume) => volume.name)
  const remove = async () => {
    record(store, await removeService({ run, environmentId }, service))
    if (openId === serviceId) router.push(paths.canvas(project.id, environmentId))
  }
  return (
    <ConfirmDialog open onOpenChange={(open) => (open ? undefined : ask(store, null))} title={`Delete ${service.name}?`} confirmLabel="Delete service" onConfirm={remove}>
      <p>{service.activeId === null ? 'It does not run.' : 'It stops at once.'} {service.source.type === 'database' ? OF_DATABASES : OF_SERVICES} Only the activity keeps a record of it.</p>
      <p className="font-mono text-code break-all text-ink">{service.url}</p>
      {kept.length > 0 ? <p>{kept.length === 1 ? `The volume ${kept[0]} stays` : `The volumes ${kept.join(', ')} stay`}, with everything in {kept.length === 1 ? 'it' : 'them'}.</p> : null}
      {dependents.length > 0 ? <p className="text-warning">{sentence(dependents)} in its variables and will not deploy until that is mended.</p> : null}
    </ConfirmDialog>
  )
}

const OF_SERVICES = 'Its builds and logs are deleted, and the address below stops answering. Undo draws it again for an hour: with its settings and variables, by another address, not deployed.'
const OF_DATABASES = 'Its logs are deleted, and the address below stops answering. What it has stored can only be read with its passwords: undo brings them back for an hour; after that nobody has them but who notes them down now.'

function sentence(names: readonly string[]): string {
  if (names.length === 1) return `${names[0]} refers to it`
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} refer to it`
}
