'use client'

import { useEffect, useLayoutEffect } from 'react'

import { focusedOn, focusNode } from './commands/walk'

/** When a line goes that has the focus, the node that it began at gets it: keys go on from there. */
export function useFocusAfterLine(lineId: string, nodeId: string): void {
  useLayoutEffect(
    () => () => {
      if (focusedOn(document.activeElement)?.id === lineId) focusNode(nodeId)
    },
    [lineId, nodeId],
  )
}

/** When a dialog has taken away what had the focus before it, a node gets it. */
export function useFocusAfterDialog(nodeId: string): void {
  useEffect(
    () => () => {
      setTimeout(() => (document.activeElement === document.body ? focusNode(nodeId) : undefined), 0)
    },
    [nodeId],
  )
}
