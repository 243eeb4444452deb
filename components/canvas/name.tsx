'use client'

import dynamic from 'next/dynamic'
import type { ReactNode } from 'react'

import { useCanvas } from './canvas-context'
import type { NamePlace } from './store'

const NameField = dynamic(() => import('./name-field').then((module) => module.NameField), { ssr: false })

/** A name that is changed where it stands: `children` show it, and say with `asName` that it is there. */
export function Name({ id, at, children }: { id: string; at: NamePlace; children: ReactNode }) {
  const isOpen = useCanvas(({ renaming }) => renaming?.id === id && renaming.at === at)
  return isOpen ? <NameField id={id} /> : children
}

/** Marks the element that shows a name, so that it is found where it can be seen (`use-rename`). */
export function asName(id: string, at: NamePlace) {
  return { 'data-name-of': id, 'data-at': at }
}
