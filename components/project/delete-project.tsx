'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { toast } from '@/components/ui/toast'
import { projectDelete } from '@/lib/contract/doors'

/** Ends a project, after its name was typed. */
export function DeleteProject({ project, disabledReason }: { project: { id: string; name: string }; disabledReason: string | null }) {
  const run = useRun()
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const remove = async () => {
    await run(projectDelete, { projectId: project.id })
    toast.success(`Project ${project.name} is being deleted.`)
    router.push(paths.projects())
    router.refresh()
  }
  return (
    <>
      <SectionCard
        danger
        title="Delete this project"
        description="All environments and services end, with their addresses, variables, kept builds and logs."
        action={
          <Button variant="danger" disabledReason={disabledReason} onClick={() => setOpen(true)}>
            Delete project
          </Button>
        }
      />
      <ConfirmDialog open={open} onOpenChange={setOpen} title={`Delete the project ${project.name}?`} confirmLabel="Delete project" typedName={project.name} onConfirm={remove}>
        <p>Every service of every environment stops now. Their addresses, variables, kept builds, logs and volumes with everything in them are lost for good. The activity stays.</p>
      </ConfirmDialog>
    </>
  )
}
