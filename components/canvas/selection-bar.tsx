'use client'

import { useLater } from '@/components/client/use-later'

import { useCanvas } from './canvas-context'

const load = () => import('./selection-tools').then((module) => module.SelectionTools)

/** While several are selected: what can be done with all of them. */
export function SelectionBar() {
  const isWanted = useCanvas((state) => state.flow.filter(({ selected }) => selected).length > 1)
  const tools = useLater(load, isWanted)
  return isWanted ? tools : null
}
