'use client'

import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { volumeMakeFolder } from '@/lib/contract/doors'

export type NewFolderProps = { volumeId: string; parent: string; onClose: () => void; onMade: () => void }

export function NewFolder({ volumeId, parent, onClose, onMade }: NewFolderProps) {
  const run = useRun()
  const [name, setName] = useState('')
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    await run(volumeMakeFolder, { volumeId, path: parent === '' ? name.trim() : `${parent}/${name.trim()}` })
    onMade()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())} size="small" title="New folder">
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('path')}>
          <Input name="folder" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" spellCheck={false} />
        </Field>
        <ProblemMessage error={error} shownFields={['path']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending} disabled={name.trim() === ''}>
            Make folder
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
