'use client'

import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Textarea } from '@/components/ui/textarea'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { certificateUpload } from '@/lib/contract/doors'

import type { DomainDialogProps } from './delete-domain'

/** A certificate that somebody has already, pasted as PEM. */
export function UploadDialog({ domain, onChanged, onClose }: DomainDialogProps) {
  const run = useRun()
  const [chain, setChain] = useState('')
  const [key, setKey] = useState('')
  const { submit, pending, error, fieldError } = useSubmit(() => run(certificateUpload, { domainId: domain.id, chain, key }))
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await submit())) return
    toast.success('Certificate kept. It is served within a few seconds.')
    onChanged()
    onClose()
  }
  const isField = fieldError('chain') !== undefined || fieldError('key') !== undefined
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())} title={`Certificate for ${domain.display}`} description="The newest one that is valid is served. Easel asks for its own again only when yours has ended.">
      <form onSubmit={send} className="space-y-4" noValidate>
        <Field label="Certificate" hint="Yours first, then those that vouch for it." error={fieldError('chain')}>
          <Textarea mono rows={6} value={chain} onChange={(event) => setChain(event.target.value)} placeholder="-----BEGIN CERTIFICATE-----" spellCheck={false} data-autofocus />
        </Field>
        <Field label="Private key" hint="Without a password. It is sealed, and never shown again." error={fieldError('key')}>
          <Textarea mono rows={6} value={key} onChange={(event) => setKey(event.target.value)} placeholder="-----BEGIN PRIVATE KEY-----" spellCheck={false} autoComplete="off" />
        </Field>
        {isField ? null : <ProblemMessage error={error} />}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending} disabled={chain.trim() === '' || key.trim() === ''}>
            Upload
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
