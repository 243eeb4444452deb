'use client'

import { useStore, type InternalNode, type ReactFlowState } from '@xyflow/react'
import { useMemo } from 'react'

import { linkEnds, type Ends } from './link-path'

// What a line needs of React Flow's state. That changes with every frame of panning, and everyone who listens is asked each time, so a line
// listens once.

type Pair = readonly [InternalNode | undefined, InternalNode | undefined]

/** Where a line between two nodes begins and ends; null while one of them is not there. */
export function useLineEnds(source: string, target: string): Ends | null {
  const [from, to] = useStore(useMemo(() => pairOf(source, target), [source, target]))
  return from && to ? linkEnds(from.internals.positionAbsolute, to.internals.positionAbsolute) : null
}

/** Answers the same pair as long as both nodes are the same. */
function pairOf(source: string, target: string): (state: ReactFlowState) => Pair {
  let last: Pair = [undefined, undefined]
  return ({ nodeLookup }) => {
    const from = nodeLookup.get(source)
    const to = nodeLookup.get(target)
    if (from !== last[0] || to !== last[1]) last = [from, to]
    return last
  }
}
