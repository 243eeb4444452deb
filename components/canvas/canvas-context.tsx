'use client'

import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'

import { missingPermission } from '@/components/organization/missing-permission'
import type { GraphView } from '@/lib/contract/graph'
import type { InstanceView, TemplateView } from '@/lib/contract/instance'
import type { ProjectView } from '@/lib/contract/project'
import type { TargetView } from '@/lib/contract/target'
import type { Permission, Role } from '@/lib/domain/permission'

import { keep, keptOf, takeBack } from './kept'
import { createCanvasStore, type CanvasState, type CanvasStore } from './store'

/** What stays as it is while one looks at an environment. */
export type EnvironmentFacts = {
  project: ProjectView
  environmentId: string
  role: Role
  instance: Pick<InstanceView, 'localSources'>
  templates: readonly TemplateView[]
  sshKeys: readonly { id: string; name: string }[]
  registries: readonly { id: string; name: string }[]
  /** Where it runs. */
  target: TargetView
}

const StoreContext = createContext<CanvasStore | null>(null)
const FactsContext = createContext<EnvironmentFacts | null>(null)

/** `person`: whose canvas it is, as others of this browser do not find what they left. */
export function CanvasProvider({ graph, facts, person, children }: { graph: GraphView; facts: EnvironmentFacts; person: string; children: ReactNode }) {
  const key = `${person} ${facts.environmentId}`
  const [store] = useState(() => createCanvasStore(graph, keptOf(key)))
  useEffect(() => {
    takeBack(key)
    return () => keep(key, store)
  }, [key, store])
  return (
    <FactsContext value={facts}>
      <StoreContext value={store}>{children}</StoreContext>
    </FactsContext>
  )
}

export function useCanvasStore(): CanvasStore {
  const store = use(StoreContext)
  if (!store) throw new Error('This needs a CanvasProvider above it.')
  return store
}

/** A part of what the canvas knows; renders again when that part changes. */
export function useCanvas<T>(select: (state: CanvasState) => T): T {
  return useStore(useCanvasStore(), select)
}

export function useEnvironment(): EnvironmentFacts {
  const facts = use(FactsContext)
  if (!facts) throw new Error('This needs a CanvasProvider above it.')
  return facts
}

/** Why the person may not, as a sentence; null when they may. */
export function useMissing(permission: Permission): string | null {
  return missingPermission(useEnvironment().role, permission)
}

/** One service as the server last described it; undefined when it is gone. */
export function useService(serviceId: string) {
  return useCanvas((state) => state.services[serviceId])
}

/** One volume likewise. */
export function useVolume(volumeId: string) {
  return useCanvas((state) => state.volumes[volumeId])
}
