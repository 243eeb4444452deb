'use client'

import { asName, Name } from './name'

/** The name on a node. */
export function NodeName({ id, name }: { id: string; name: string }) {
  return (
    <Name id={id} at="node">
      <span {...asName(id, 'node')} className="node-name min-w-0 flex-1 truncate text-title font-medium" title={name}>
        {name}
      </span>
    </Name>
  )
}
