'use client'

import { Handle, Position, type NodeProps } from '@xyflow/react'
import clsx from 'clsx'
import { HardDrive } from 'lucide-react'
import { memo } from 'react'

import { VolumeUse } from '@/components/volume/volume-use'

import { useService, useVolume } from './canvas-context'
import type { FlowNode } from './flow-node'
import { NodeName } from './node-name'

/** A volume on the canvas: its name, where it appears, what it holds. */
export const VolumeNode = memo(function VolumeNode({ id, selected }: NodeProps<FlowNode>) {
  const volume = useVolume(id)
  const service = useService(volume?.serviceId ?? '')
  if (!volume) return null
  return (
    <div
      className={clsx(
        'node-card relative flex h-[104px] w-[264px] flex-col rounded-card border bg-surface px-3.5 py-3 shadow-card transition-colors',
        volume.serviceId === null ? 'border-dashed' : 'border-solid',
        selected ? 'border-accent outline-[0.5px] outline-accent' : 'border-line-strong',
        volume.isDeleting && 'opacity-60',
      )}
    >
      <div className="flex items-center gap-2.5">
        <span data-shape="disk" className="inline-flex shrink-0 text-muted">
          <HardDrive aria-hidden="true" className="size-5 stroke-[1.5]" />
        </span>
        <NodeName id={id} name={volume.name} />
        <span className="node-detail shrink-0 text-meta text-faint">Volume</span>
      </div>
      <p className="node-detail ml-[30px] truncate text-[0.6875rem] leading-4 text-muted" title={volume.mountPath ?? undefined}>
        {volume.mountPath === null ? 'Not attached' : <span className="font-mono">{volume.mountPath}</span>}
        {service ? <span className="text-faint"> in {service.name}</span> : null}
      </p>
      <div className="node-detail mt-auto text-meta">{volume.isDeleting ? <p className="text-muted">Being removed</p> : <VolumeUse volume={volume} />}</div>
      <Handle type="target" position={Position.Left} className="node-handle" isConnectable={false} />
      <Handle type="source" position={Position.Right} className="node-handle" />
    </div>
  )
})
