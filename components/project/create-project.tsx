'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/components/ui/button'

import { CreateProjectDialog, type CreateProjectDialogProps } from './create-project-dialog'

export type CreateProjectProps = Pick<CreateProjectDialogProps, 'organizationId' | 'templates' | 'sshKeys' | 'registries' | 'targets'> & {
  /** Why the person may not; null when they may. */
  disabledReason: string | null
}

/** The button that opens the dialog for a new project. */
export function CreateProject({ disabledReason, ...dialog }: CreateProjectProps) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="primary" icon={<Plus />} disabledReason={disabledReason} onClick={() => setOpen(true)}>
        New project
      </Button>
      {open ? <CreateProjectDialog {...dialog} onClose={() => setOpen(false)} /> : null}
    </>
  )
}
