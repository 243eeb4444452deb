'use client'

import { useLater } from '@/components/client/use-later'

import { useCanvas } from './canvas-context'

const load = () => import('./selection-bar-view').then((module) => module.SelectionBarView)

/** What can be done with several at once, loaded when there are several for the first time. */
export function SelectionBar() {
  return useLater(load, useCanvas(({ flow }) => flow.filter(({ selected }) => selected).length > 1))
}
