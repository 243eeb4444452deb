'use client'

import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import type { DeploymentView } from '@/lib/contract/deployment'
import { deploymentCancel, deploymentRedeploy, deploymentRollback } from '@/lib/contract/doors'

/** What can be done with one deployment. `changed` is called with what came of it. */
export function useDeploymentActions(changed: () => void) {
  const run = useRun()
  return useMemo(
    () => ({
      cancel: async (deployment: DeploymentView) => {
        try {
          await run(deploymentCancel, { deploymentId: deployment.id })
        } catch (error) {
          toast.error(`Deployment ${deployment.number} was not cancelled.`, { description: problemOf(error).message })
        }
        changed()
      },
      redeploy: async (deployment: DeploymentView) => {
        try {
          await run(deploymentRedeploy, { deploymentId: deployment.id })
        } catch (error) {
          toast.error(`Deployment ${deployment.number} was not released again.`, { description: problemOf(error).message })
        }
        changed()
      },
      /** Throws, for the dialog that asked. */
      rollBack: async (deployment: DeploymentView, hold: boolean) => {
        await run(deploymentRollback, { deploymentId: deployment.id, hold })
        changed()
      },
    }),
    [run, changed],
  )
}

export type DeploymentActions = ReturnType<typeof useDeploymentActions>
