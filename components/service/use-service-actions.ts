'use client'

import { useRouter } from 'next/navigation'
import { useMemo } from 'react'

import { useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import { ask, receiveService } from '@/components/canvas/store'
import { useRun, type RunOperation } from '@/components/client/operations'
import { paths, type ServiceTab } from '@/components/paths'
import { copyText } from '@/components/ui/copy-text'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { changeApply, deploymentCreate, serviceStart, serviceStop } from '@/lib/contract/doors'
import type { ServiceNode } from '@/lib/contract/graph'
import { firstTab } from './first-tab'
import type { ServiceView } from '@/lib/contract/service'

/** What can be done with a service from anywhere: node, list, panel. Refusals are told in a toast. */
export function useServiceActions() {
  const store = useCanvasStore()
  const run = useRun()
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  return useMemo(() => {
    const told = async (work: () => Promise<unknown>, refusal: string) => {
      try {
        await work()
        return true
      } catch (error) {
        toast.error(refusal, { description: problemOf(error).message })
        return false
      }
    }
    return {
      open: (serviceId: string, tab?: ServiceTab) => router.push(paths.service(project.id, environmentId, serviceId, tab ?? firstTab(store.getState().services[serviceId]))),
      deploy: (service: ServiceNode) => told(() => deployOne(run, service.id), `${service.name} was not deployed.`),
      /** What was changed takes effect; nothing is built that need not be. */
      applyChanges: (service: ServiceNode) => told(() => run(changeApply, { environmentId, serviceIds: [service.id] }), `${service.name} was not deployed.`),
      stop: (service: ServiceNode) => told(async () => receiveService(store, nodeOf(await run(serviceStop, { serviceId: service.id }))), `${service.name} was not stopped.`),
      start: (service: ServiceNode) => told(async () => receiveService(store, nodeOf(await run(serviceStart, { serviceId: service.id }))), `${service.name} was not started.`),
      askDelete: (service: ServiceNode) => ask(store, { kind: 'delete', serviceId: service.id }),
      askVolume: (service: ServiceNode) => ask(store, { kind: 'add_volume', at: null, serviceId: service.id }),
      copyUrl: async (service: ServiceNode) => {
        if (await copyText(service.url)) toast.success('URL copied.')
        else toast.error('The browser refused to copy. Open the service and copy its URL there.')
      },
    }
  }, [store, run, router, project.id, environmentId])
}

export type ServiceActions = ReturnType<typeof useServiceActions>

function deployOne(run: RunOperation, serviceId: string) {
  return run(deploymentCreate, { serviceId })
}

/** The node inside a service's full view: what the canvas keeps of it. */
export function nodeOf(view: ServiceView): ServiceNode {
  const { environmentId: _environment, projectId: _project, privateUrl: _url, publicAccess: _access, settings: _settings, inspection: _inspection, createdAt: _created, ...node } = view
  return node
}
