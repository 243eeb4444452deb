'use client'

import type { ClipboardEvent } from 'react'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

import { readGitPaste } from './git-paste'
import { usesSsh } from './source-choice'

export type NamedKey = { id: string; name: string }
export type TypedGitSource = { url: string; ref: string; rootDirectory: string; sshKeyId: string }

export type GitSourceFieldsProps = {
  value: TypedGitSource
  onChange: (value: TypedGitSource) => void
  sshKeys: readonly NamedKey[]
  fieldError: (path: string) => string | undefined
  rootDirectoryHint?: string
  readOnly?: boolean
}

const NO_KEY = 'none'

/** Address, branch, folder and key of a git repository. */
export function GitSourceFields({ value, onChange, sshKeys, fieldError, readOnly = false, rootDirectoryHint = 'The folder of the app, such as apps/web.' }: GitSourceFieldsProps) {
  const set = (part: Partial<TypedGitSource>) => onChange({ ...value, ...part })
  // What a browser shows of a repository, or a command that clones it, fills in more than the address. Whoever mends a part of one pastes that part.
  const takePaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const { value: typed, selectionStart, selectionEnd } = event.currentTarget
    const pasted = !readOnly && selectionStart === 0 && selectionEnd === typed.length ? readGitPaste(event.clipboardData.getData('text/plain')) : null
    if (pasted === null) return
    event.preventDefault()
    set({ url: pasted.url, ...(pasted.ref === '' ? {} : { ref: pasted.ref }), ...(pasted.rootDirectory === '' ? {} : { rootDirectory: pasted.rootDirectory }) })
  }
  return (
    <div className="space-y-4">
      <Field label="Repository address" required error={fieldError('source.url')} hint="https://…, ssh://… or git@host:owner/repository.git">
        <Input data-autofocus mono name="url" readOnly={readOnly} value={value.url} onChange={(event) => set({ url: event.target.value })} onPaste={takePaste} autoComplete="off" spellCheck={false} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Branch, tag or commit" error={fieldError('source.ref')} hint="Empty means the default branch.">
          <Input mono name="ref" readOnly={readOnly} value={value.ref} onChange={(event) => set({ ref: event.target.value })} autoComplete="off" spellCheck={false} />
        </Field>
        <Field label="Root directory" error={fieldError('source.rootDirectory')} hint={rootDirectoryHint}>
          <Input mono name="rootDirectory" readOnly={readOnly} value={value.rootDirectory} onChange={(event) => set({ rootDirectory: event.target.value })} autoComplete="off" spellCheck={false} />
        </Field>
      </div>
      {usesSsh(value.url) ? (
        <Field label="SSH key" error={fieldError('source.sshKeyId')} hint={sshKeys.length === 0 ? 'There is no key yet. Add one in Settings → SSH keys.' : 'Its public part has to be known to the host of the repository.'}>
          <Select
            disabled={readOnly}
            value={value.sshKeyId === '' ? NO_KEY : value.sshKeyId}
            onValueChange={(sshKeyId) => set({ sshKeyId: sshKeyId === NO_KEY ? '' : sshKeyId })}
            options={[{ value: NO_KEY, label: 'No key' }, ...sshKeys.map((key) => ({ value: key.id, label: key.name }))]}
          />
        </Field>
      ) : null}
    </div>
  )
}
