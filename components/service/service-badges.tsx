import clsx from 'clsx'
import { Hand } from 'lucide-react'

import type { ServiceNode } from '@/lib/contract/graph'

/** What is to be known of a service besides its state: how many of its replicas are healthy, and that it is held. */
export function ServiceBadges({ service, className }: { service: ServiceNode; className?: string }) {
  const { replicas, hold } = service
  if (!showsReplicas(service) && hold === null) return null
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
