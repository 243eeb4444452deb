'use client'

import { Bell, GitBranch, Pencil, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import { BranchDialog } from '@/components/branch/branch-dialog'
import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { toast } from '@/components/ui/toast'
import { environmentDelete } from '@/lib/contract/doors'
import type { ProjectView } from '@/lib/contract/project'

import type { ChoosableTarget } from '../target/target-choice'
import { EnvironmentDialog } from './environment-dialog'

export type Environment = ProjectView['environments'][number]

export type EnvironmentRowProps = { projectId: string; environment: Environment; targets: readonly ChoosableTarget[]; changeReason: string | null; disabledReason: string | null }

/** One environment, leading to its canvas. */
export function EnvironmentRow({ projectId, environment, targets, changeReason, disabledReason }: EnvironmentRowProps) {
  const run = useRun()
  const router = useRouter()
  const [deleting, setDeleting] = useState(false)
  const [editing, setEditing] = useState(false)
  const [branching, setBranching] = useState(false)
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
        <p className="text-meta break-words text-faint">
          <span className="font-mono text-code break-all">{environment.slug}</span> · runs on {environment.target.name}
          {environment.linksOnly ? ' · only linked services reach each other' : ''}
        </p>
      </div>
      <Link href={paths.alertRules(projectId, environment.id)} aria-label={`Alerts of ${environment.name}`} title={`Alerts of ${environment.name}`} className="flex size-8 shrink-0 items-center justify-center rounded-control text-muted transition-colors hover:bg-hover hover:text-ink">
        <Bell aria-hidden="true" className="size-4" />
      </Link>
      <IconButton label={`Branch ${environment.name}`} icon={<GitBranch />} disabledReason={changeReason} onClick={() => setBranching(true)} />
      <IconButton label={`Change ${environment.name}`} icon={<Pencil />} disabledReason={changeReason} onClick={() => setEditing(true)} />
      <IconButton label={`Delete ${environment.name}`} icon={<Trash2 />} disabledReason={disabledReason} onClick={() => setDeleting(true)} />
      {branching ? <BranchDialog projectId={projectId} environment={environment} onClose={() => setBranching(false)} /> : null}
      {editing ? <EnvironmentDialog environment={environment} targets={targets} onClose={() => setEditing(false)} /> : null}
      <ConfirmDialog open={deleting} onOpenChange={setDeleting} title={`Delete the environment ${environment.name}?`} confirmLabel="Delete environment" typedName={environment.name} onConfirm={remove}>
        <p>All its services stop, and their addresses, variables, kept builds, logs and volumes with everything in them are lost. The activity stays.</p>
      </ConfirmDialog>
    </li>
  )
}
