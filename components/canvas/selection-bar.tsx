'use client'

import { useLater } from '@/components/client/use-later'

import { useCanvas } from './canvas-context'

const load = () => import('./selection-tools').then((module) => module.SelectionTools)

/** What can be done with several at once, loaded when there are several for the first time. */
export function SelectionBar() {
  const isWanted = useCanvas((state) => state.flow.filter(({ selected }) => selected).length > 1)
  const tools = useLater(load, isWanted)
  return isWanted ? tools : null
}
