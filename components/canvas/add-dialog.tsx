'use client'

import { useState, type FormEvent } from 'react'

import { GitSourceFields, type TypedGitSource } from '@/components/project/git-source-fields'
import { ImageSourceFields, type TypedImageSource } from '@/components/project/image-source-fields'
import { gitSource, imageSource, nameFromGitUrl } from '@/components/project/source-choice'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { DisplayName } from '@/lib/contract/common'
import { Source } from '@/lib/contract/source'
import { parseReference } from '@/lib/domain/image-reference'

import { useAddService } from './add-service'
import { useCanvasStore, useEnvironment } from './canvas-context'
import { inputProblem } from './input-problem'
import { ask, type Question } from './store'

const SHOWN = ['name', 'source.url', 'source.ref', 'source.rootDirectory', 'source.path', 'source.sshKeyId', 'source.reference', 'source.registryId']

export type AddDialogProps = { question: Extract<Question, { kind: 'add' }> }

/** Where the code of a new service comes from, and what it is called. */
export function AddDialog({ question }: AddDialogProps) {
  const store = useCanvasStore()
  const { sshKeys, registries } = useEnvironment()
  const add = useAddService()
  const { pasted } = question
  const kind = question.source
  const [git, setGit] = useState<TypedGitSource>({ url: pasted?.url ?? '', ref: pasted?.ref ?? '', rootDirectory: pasted?.rootDirectory ?? '', sshKeyId: '' })
  const [local, setLocal] = useState<TypedFolder>({ path: '', rootDirectory: '' })
  const [image, setImage] = useState<TypedImageSource>({ ...NO_IMAGE, reference: question.image ?? '' })
  const [typedName, setName] = useState<string | null>(null)
  const name = typedName ?? SUGGESTED[kind]({ git, local, image })
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const source: Source = kind === 'git' ? gitSource(git) : kind === 'local' ? localSource(local) : imageSource(image)
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
      title={pasted ? 'Add this repository?' : question.image === undefined ? TITLE[kind] : 'Add this image?'}
      description="It gets its address at once. Nothing runs until you deploy it."
    >
      <form onSubmit={send} noValidate className="space-y-4">
        {kind === 'git' ? <GitSourceFields value={git} onChange={setGit} sshKeys={sshKeys} fieldError={fieldError} /> : null}
        {kind === 'local' ? <LocalFields value={local} onChange={setLocal} fieldError={fieldError} /> : null}
        {kind === 'image' ? <ImageSourceFields value={image} onChange={(part) => setImage({ ...image, ...part })} registries={registries} fieldError={fieldError} /> : null}
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

const NO_IMAGE: TypedImageSource = { reference: '', registryId: '', isFollowed: false, hasWindow: false, from: '22:00', to: '06:00', timeZone: 'UTC' }
const TITLE = { git: 'Add a git repository', local: 'Add a local folder', image: 'Add an image' }

type Typed = { git: TypedGitSource; local: TypedFolder; image: TypedImageSource }

const SUGGESTED: Record<keyof typeof TITLE, (typed: Typed) => string> = {
  git: ({ git }) => suggestedName(git.url, git.rootDirectory),
  local: ({ local }) => suggestedName(local.path, local.rootDirectory),
  image: ({ image }) => parseReference(image.reference.trim()).repository.split('/').at(-1) ?? '',
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
