'use client'

import { NodeResizer, type NodeProps } from '@xyflow/react'
import clsx from 'clsx'
import { memo } from 'react'

import { useCanvas, useMissing } from './canvas-context'
import type { FlowNode } from './flow-node'
import { asName, Name } from './name'
import { useArrange } from './use-arrange'

const LEAST = { minWidth: 168, minHeight: 96 }

/** A frame with a title around nodes. Its title is what one takes it by. */
export const GroupNode = memo(function GroupNode({ id, selected }: NodeProps<FlowNode>) {
  const group = useCanvas((state) => state.groups[id])
  const isTarget = useCanvas((state) => state.dropFrame === id)
  const count = useCanvas((state) => Object.values(state.services).filter((node) => node.groupId === id).length + Object.values(state.volumes).filter((node) => node.groupId === id).length)
  const readOnly = useMissing('service.write') !== null
  const arrange = useArrange()
  if (!group) return null
  return (
    <div className={clsx('group-frame', (selected || isTarget) && 'group-frame-chosen')}>
      {readOnly || !selected ? null : <NodeResizer {...LEAST} lineClassName="group-edge" handleClassName="group-corner" onResizeStart={() => arrange.grab([id])} onResizeEnd={(_, { x, y, width, height }) => arrange.resize(id, { x, y, width, height })} />}
      <div className="group-title" title={group.name}>
        <Name id={id} at="node">
          <span {...asName(id, 'node')} className="truncate font-medium">
            {group.name}
          </span>
        </Name>
        <span className="shrink-0 text-faint">{count === 0 ? 'empty' : count}</span>
      </div>
    </div>
  )
})
