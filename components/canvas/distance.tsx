'use client'

import { useStore, useStoreApi, type ReactFlowState } from '@xyflow/react'
import { useLayoutEffect } from 'react'

/** Closer than this, everything on a node can be read. */
const NEAR = 0.5
/** Farther than this, not even names can. */
const AFAR = 0.2

/**
 * Says on the canvas from how far one looks, so that its styles can leave out what nobody could read (canvas.css). Nodes are not rendered
 * for it.
 */
export function Distance() {
  const flowStore = useStoreApi()
  const far = useStore(distanceOf)
  useLayoutEffect(() => {
    const { domNode } = flowStore.getState()
    if (far === null) domNode?.removeAttribute('data-far')
    else domNode?.setAttribute('data-far', far)
  }, [far, flowStore])
  return null
}

/** What can still be read: everything (null), names, or states alone. */
export function distanceOf({ transform: [, , zoom] }: ReactFlowState): 'names' | 'states' | null {
  if (zoom >= NEAR) return null
  return zoom >= AFAR ? 'names' : 'states'
}
