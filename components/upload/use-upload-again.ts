'use client'

import { useCallback } from 'react'

import { useCanvasStore } from '@/components/canvas/canvas-context'
import { receiveService } from '@/components/canvas/store'
import { useRun } from '@/components/client/operations'
import { nodeOf, useServiceActions } from '@/components/service/use-service-actions'
import { toast } from '@/components/ui/toast'
import { serviceUpdate } from '@/lib/contract/doors'
import type { ServiceNode } from '@/lib/contract/graph'
import type { UploadView } from '@/lib/contract/upload'

/** Sets a service to another upload of its folder, and offers to deploy it. Throws what the server refused. */
export function useUploadAgain() {
  const store = useCanvasStore()
  const run = useRun()
  const { deploy } = useServiceActions()
  return useCallback(
    async ({ id, source }: ServiceNode, upload: UploadView) => {
      const rootDirectory = 'rootDirectory' in source && source.rootDirectory ? { rootDirectory: source.rootDirectory } : {}
      const node = nodeOf(await run(serviceUpdate, { serviceId: id, source: { type: 'upload', uploadId: upload.id, name: upload.name, ...rootDirectory } }))
      receiveService(store, node)
      toast.success(`${upload.name} was uploaded.`, { description: `${node.name} runs it when it is deployed.`, action: { label: 'Deploy', onClick: () => void deploy(node) } })
    },
    [store, run, deploy],
  )
}
