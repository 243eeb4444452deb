'use client'

import Link from 'next/link'

import { useEnvironment, useService, useVolume } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { useLiveQuery } from '@/components/service/use-live-query'
import { useMissingActions } from '@/components/service/use-missing-actions'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { Code } from '@/components/ui/code'
import { RelativeTime } from '@/components/ui/relative-time'
import { volumeGet } from '@/lib/contract/doors'
import type { VolumeView } from '@/lib/contract/volume'

import { NameForm, LimitForm } from './volume-forms'
import { useVolumeActions } from './use-volume-actions'
import { VolumeUse } from './volume-use'

/** What a volume holds, where it appears, what it should not go beyond, and its end. */
export function VolumeOverview({ initial }: { initial: VolumeView }) {
  const node = useVolume(initial.id)
  const { data: volume, replace } = useLiveQuery(volumeGet, { volumeId: initial.id }, { initial, version: JSON.stringify(node), everyMs: 10_000 })
  return (
    <div className="space-y-4">
      <SectionCard title="Use" description="Measured once a minute.">
        <VolumeUse volume={volume} className="text-title" />
        <p className="mt-2 text-meta text-faint">{volume.sizedAt === null ? 'It is made by the first deployment that has it, or by the first file.' : <>Measured <RelativeTime at={volume.sizedAt} /></>}</p>
      </SectionCard>
      <MountSection volume={volume} />
      <NameForm volume={volume} onSaved={replace} />
      <LimitForm volume={volume} onSaved={replace} />
      <DeleteSection volume={volume} />
    </div>
  )
}

function MountSection({ volume }: { volume: VolumeView }) {
  const actions = useVolumeActions()
  const missing = useMissingActions()
  const service = useService(volume.serviceId ?? '')
  const { project, environmentId } = useEnvironment()
  const others = volume.writers.filter(({ serviceId }) => serviceId !== volume.serviceId)
  const isMounted = volume.writers.some(({ serviceId }) => serviceId === volume.serviceId)
  return (
    <SectionCard
      title="Mount"
      description="Attaching and detaching take effect with the next deployment."
      action={<Button disabledReason={missing.write} onClick={() => (volume.serviceId === null ? actions.askAttach(volume) : actions.askDetach(volume))}>{volume.serviceId === null ? 'Attach' : 'Detach'}</Button>}
    >
      {service ? (
        <dl className="grid grid-cols-[5rem_1fr] sm:grid-cols-[8rem_1fr] gap-x-4 gap-y-2">
          <dt className="text-faint">Service</dt>
          <dd className="min-w-0 truncate">
            <Link href={paths.service(project.id, environmentId, service.id)} className="hover:underline">
              {service.name}
            </Link>
            {isMounted ? null : <span className="text-muted"> from its next deployment on</span>}
          </dd>
          <dt className="text-faint">Path</dt>
          <dd className="font-mono text-code break-all">{volume.mountPath}</dd>
          <dt className="text-faint">Variable</dt>
          <dd className="min-w-0 font-mono text-code break-all">{volume.variable}</dd>
        </dl>
      ) : (
        <p className="text-muted">Nothing is attached. Draw a line from this node to a service, or choose one.</p>
      )}
      {service && !volume.isAtPath ? (
        <p className="mt-3 text-muted">
          This environment runs services as processes, which cannot mount. The program finds the volume where <Code>{volume.variable}</Code> says, not at {volume.mountPath}. A path below <Code>/app</Code> is there as well, among the program’s own files.
        </p>
      ) : null}
      {others.length > 0 ? <p className="mt-3 text-warning">Still written to by {others.map(({ name }) => name).join(', ')}, until that is deployed without it or stopped.</p> : null}
    </SectionCard>
  )
}

function DeleteSection({ volume }: { volume: VolumeView }) {
  const actions = useVolumeActions()
  const missing = useMissingActions()
  return (
    <SectionCard
      danger
      title="Delete volume"
      description={volume.cannotDelete ?? 'Everything in it is deleted. Nobody can bring it back.'}
      action={
        <Button variant="danger" disabledReason={missing.delete ?? volume.cannotDelete} onClick={() => actions.askDelete(volume)}>
          Delete
        </Button>
      }
    />
  )
}
