import clsx from 'clsx'
import { Bell, Hand } from 'lucide-react'

import { useCanvas } from '@/components/canvas/canvas-context'
import type { ServiceNode } from '@/lib/contract/graph'

/** What is to be known of a service besides its state: how many of its replicas are healthy, what fires, and that it is held. */
export function ServiceBadges({ service, className }: { service: ServiceNode; className?: string }) {
  const { replicas, hold } = service
  const alerts = useCanvas((state) => state.alerts.filter((alert) => alert.service?.id === service.id).map(({ summary }) => summary).join('\n'))
  if (!showsReplicas(service) && hold === null && alerts === '') return null
  const isShort = replicas.healthy < replicas.wanted
  return (
    <span className={clsx('inline-flex shrink-0 items-center gap-1.5 text-meta', className)}>
      {showsReplicas(service) ? (
        <span title={`${replicas.healthy} of ${replicas.wanted} replicas are healthy`} className={clsx('font-mono text-code', isShort ? 'text-warning' : 'text-muted')}>
          <span aria-hidden="true">
            {replicas.healthy}/{replicas.wanted}
          </span>
          <span className="sr-only">
            {replicas.healthy} of {replicas.wanted} replicas are healthy
          </span>
        </span>
      ) : null}
      {alerts === '' ? null : (
        <span title={alerts} className="text-bad">
          <Bell aria-hidden="true" className="size-3.5" />
          <span className="sr-only">Alert: {alerts}</span>
        </span>
      )}
      {hold === null ? null : (
        <span title={`Automatic deploys are held: ${hold.reason}`} className="text-warning">
          <Hand aria-hidden="true" className="size-3.5" />
          <span className="sr-only">Automatic deploys are held</span>
        </span>
      )}
    </span>
  )
}

/** Only of several, and only while some of them should run. */
function showsReplicas({ replicas, state, activeId }: ServiceNode): boolean {
  return replicas.wanted > 1 && activeId !== null && state !== 'sleeping' && state !== 'suspended' && state !== 'removing'
}
