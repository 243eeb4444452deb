'use client'

import { useRouter } from 'next/navigation'

import { useRun } from '@/components/client/operations'
import { NameForm } from '@/components/ui/name-form'
import { toast } from '@/components/ui/toast'
import { projectUpdate } from '@/lib/contract/doors'

/** Renames a project. */
export function ProjectForm({ project, disabledReason }: { project: { id: string; name: string }; disabledReason: string | null }) {
  const run = useRun()
  const router = useRouter()
  const rename = async (name: string) => {
    await run(projectUpdate, { projectId: project.id, name })
    toast.success('Project renamed.')
    router.refresh()
  }
  return <NameForm title="Name" description="Addresses of services stay as they are." label="Project name" name={project.name} onRename={rename} disabledReason={disabledReason} />
}
