'use client'

import { useState, type FormEvent } from 'react'

import { GitSourceFields, type TypedGitSource } from '@/components/project/git-source-fields'
import { gitSource, nameFromGitUrl } from '@/components/project/source-choice'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { DisplayName } from '@/lib/contract/common'
import { Source } from '@/lib/contract/source'

import { useAddService } from './add-service'
import { useCanvasStore, useEnvironment } from './canvas-context'
import { inputProblem } from './input-problem'
import { ask, type Question } from './store'

const SHOWN = ['name', 'source.url', 'source.ref', 'source.rootDirectory', 'source.path', 'source.sshKeyId']

export type AddDialogProps = { question: Extract<Question, { kind: 'add' }> }

/** Where the code of a new service comes from, and what it is called. */
export function AddDialog({ question }: AddDialogProps) {
  const store = useCanvasStore()
  const { sshKeys } = useEnvironment()
  const add = useAddService()
  const { pasted } = question
  const isGit = question.source === 'git'
  const [git, setGit] = useState<TypedGitSource>({ url: pasted?.url ?? '', ref: pasted?.ref ?? '', rootDirectory: pasted?.rootDirectory ?? '', sshKeyId: '' })
  const [local, setLocal] = useState<TypedFolder>({ path: '', rootDirectory: '' })
  const [typedName, setName] = useState<string | null>(null)
  const name = typedName ?? (isGit ? suggestedName(git.url, git.rootDirectory) : suggestedName(local.path, local.rootDirectory))
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const source: Source = isGit ? gitSource(git) : localSource(local)
    const problem = inputProblem({ source: [Source, source], name: [DisplayName.optional(), name.trim() || undefined] })
    if (problem) throw problem
    await add({ source, name, at: question.at })
    ask(store, null)
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || pending ? undefined : ask(store, null))}
      title={pasted ? 'Add this repository?' : isGit ? 'Add a git repository' : 'Add a local folder'}
      description="It gets its address at once. Nothing runs until you deploy it."
    >
      <form onSubmit={send} noValidate className="space-y-4">
        {isGit ? <GitSourceFields value={git} onChange={setGit} sshKeys={sshKeys} fieldError={fieldError} /> : <LocalFields value={local} onChange={setLocal} fieldError={fieldError} />}
        <Field label="Name" error={fieldError('name')} hint="Part of its address, which stays as it is when you rename it.">
          <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <ProblemMessage error={error} shownFields={SHOWN} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={() => ask(store, null)}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Add service
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type TypedFolder = { path: string; rootDirectory: string }
type LocalFieldsProps = { value: TypedFolder; onChange: (value: TypedFolder) => void; fieldError: (path: string) => string | undefined }

function LocalFields({ value, onChange, fieldError }: LocalFieldsProps) {
  return (
    <div className="space-y-4">
      <Field label="Folder" required error={fieldError('source.path')} hint="An absolute path on the machine that runs Easel, such as /home/me/site.">
        <Input mono name="path" value={value.path} onChange={(event) => onChange({ ...value, path: event.target.value })} autoComplete="off" spellCheck={false} />
      </Field>
      <Field label="Root directory" error={fieldError('source.rootDirectory')} hint="The folder of the app inside it, such as apps/web.">
        <Input mono name="rootDirectory" value={value.rootDirectory} onChange={(event) => onChange({ ...value, rootDirectory: event.target.value })} autoComplete="off" spellCheck={false} />
      </Field>
    </div>
  )
}

function localSource(typed: TypedFolder): Source {
  const rootDirectory = typed.rootDirectory.trim()
  return { type: 'local', path: typed.path.trim(), ...(rootDirectory === '' ? {} : { rootDirectory }) }
}

/** The folder of an app says more than the repository that holds several. */
function suggestedName(address: string, rootDirectory: string): string {
  return nameFromGitUrl(rootDirectory.trim() === '' ? address : rootDirectory)
}
