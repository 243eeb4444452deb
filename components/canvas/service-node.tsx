'use client'

import { Handle, Position, type NodeProps } from '@xyflow/react'
import clsx from 'clsx'
import { memo } from 'react'

import { scheduleWords } from '@/components/service/schedule-words'
import { ServiceBadges } from '@/components/service/service-badges'
import { ServiceIcon } from '@/components/service/service-icon'
import { ServiceStatusLine } from '@/components/service/service-status-line'
import { bytesWords } from '@/components/service/use-words'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateMark } from '@/components/ui/state-mark'
import { databaseWords } from '@/lib/domain/engine/engines'

import { useService } from './canvas-context'
import type { FlowNode } from './flow-node'
import { NodeName } from './node-name'
import { NodeFigures } from './node-figures'

/** A service on the canvas: what it is, where it answers, how it is. */
export const ServiceNode = memo(function ServiceNode({ id, selected }: NodeProps<FlowNode>) {
  const service = useService(id)
  if (!service) return null
  const isBare = service.state === 'not_deployed'
  return (
    <div
      className={clsx(
        'node-card relative flex h-[104px] w-[264px] flex-col rounded-card border bg-raised px-3.5 py-3 shadow-card transition-colors',
        isBare ? 'border-dashed' : 'border-solid',
        selected ? 'border-accent outline-[0.5px] outline-accent' : 'border-line-strong',
      )}
    >
      <div className="flex items-center gap-2.5">
        <ServiceIcon service={service} className="node-icon shrink-0 text-muted" />
        <NodeName id={id} name={service.name} />
        <ServiceBadges service={service} className="node-detail" />
        <StateMark state={service.state} stage={service.latest?.stage ?? null} hideWord size={14} />
      </div>
      {service.cron ? (
        <span className="node-detail ml-[30px] truncate font-mono text-[0.6875rem] leading-4 text-muted" title={scheduleWords(service.cron)}>
          {scheduleWords(service.cron)}
        </span>
      ) : service.source.type === 'database' ? (
        <span className="node-detail ml-[30px] truncate text-[0.6875rem] leading-4 text-muted">
          {databaseWords(service.source)}
          {service.storedBytes === null ? null : ` · ${bytesWords(service.storedBytes)}`}
          {service.lastSnapshotAt === null ? null : <span className="text-faint"> · saved <RelativeTime at={service.lastSnapshotAt} /></span>}
        </span>
      ) : (
        <NodeUrl url={service.url} isServing={service.activeId !== null && service.state !== 'suspended'} />
      )}
      <div className="node-detail mt-auto flex items-baseline gap-2 text-meta">
        <ServiceStatusLine service={service} className="flex-1 overflow-hidden" />
        {service.state === 'running' || service.state === 'degraded' ? <NodeFigures serviceId={id} /> : null}
      </div>
      {service.changed ? <ChangedTick /> : null}
      <Handle type="target" position={Position.Left} className="node-handle" isConnectable={false} />
      <Handle type="source" position={Position.Right} className="node-handle" />
    </div>
  )
})

// It stands close below the name, so that the middle of the node is free: a click there opens the panel.
function NodeUrl({ url, isServing }: { url: string; isServing: boolean }) {
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      tabIndex={-1}
      onClick={(event) => event.stopPropagation()}
      className={clsx('node-detail nodrag ml-[30px] w-fit max-w-[calc(100%-30px)] truncate font-mono text-[0.6875rem] leading-4 underline-offset-2 hover:text-ink hover:underline', isServing ? 'text-muted' : 'text-faint')}
      title={url}
    >
      {url.replace(/^https?:\/\//, '')}
    </a>
  )
}

/** The corner that says: what runs is not what is written. */
function ChangedTick() {
  return (
    <span title="Changed. It takes effect with the next deployment." className="absolute -top-px -right-px">
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" className="text-accent">
        <path d="M0 0h6a10 10 0 0 1 10 10v6z" fill="currentColor" />
      </svg>
      <span className="sr-only">Changed since it was deployed</span>
    </span>
  )
}
