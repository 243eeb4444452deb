'use client'

import { Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'

import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { environmentDelete, type ProjectView } from '@/lib/contract/project'

export type Environment = ProjectView['environments'][number]

/** One environment, leading to its canvas. */
export function EnvironmentRow({ projectId, environment, disabledReason }: { projectId: string; environment: Environment; disabledReason: string | null }) {
  const run = useRun()
  const router = useRouter()
  const [deleting, setDeleting] = useState(false)
  const remove = async () => {
    await run(environmentDelete, { environmentId: environment.id })
    toast.success(`Environment ${environment.name} is being deleted.`)
    router.refresh()
  }
  return (
    <li className="flex items-center gap-3 py-2.5">
      <div className="min-w-0 flex-1">
        <Link href={paths.canvas(projectId, environment.id)} className="font-medium break-words hover:underline">
          {environment.name}
        </Link>
        <p className="font-mono text-code break-all text-faint">{environment.slug}</p>
      </div>
      <IconButton label={`Delete ${environment.name}`} icon={<Trash2 />} disabledReason={disabledReason} onClick={() => setDeleting(true)} />
      <ConfirmDialog open={deleting} onOpenChange={setDeleting} title={`Delete the environment ${environment.name}?`} confirmLabel="Delete environment" typedName={environment.name} onConfirm={remove}>
        <p>All its services stop, and their addresses, variables, kept builds and logs are lost. The activity stays.</p>
      </ConfirmDialog>
    </li>
  )
}
