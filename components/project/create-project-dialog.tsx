'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useRef, useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import type { ComposeText } from '@/components/compose/compose-file'
import { ComposeSource } from '@/components/compose/compose-source'
import { handOver } from '@/components/compose/handed-over'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Tabs } from '@/components/ui/tabs'
import { useSubmit } from '@/components/ui/use-submit'
import { projectCreate, serviceCreate } from '@/lib/contract/doors'
import type { TemplateView } from '@/lib/contract/instance'
import type { ProjectView } from '@/lib/contract/project'
import { Source } from '@/lib/contract/source'
import { hasNetwork } from '@/lib/domain/target'

import { TargetChoice, defaultOf, type ChoosableTarget } from '../target/target-choice'
import { GitSourceFields, type NamedKey, type TypedGitSource } from './git-source-fields'
import { ImageSourceFields, type TypedImageSource } from './image-source-fields'
import { gitSource, imageSource, nameFromGitUrl, nameFromImage, type SourceChoice } from './source-choice'
import { TemplateChoice } from './template-choice'

export type CreateProjectDialogProps = { organizationId: string; templates: readonly TemplateView[]; sshKeys: readonly NamedKey[]; registries: readonly NamedKey[]; targets: readonly ChoosableTarget[]; onClose: () => void }

const SHOWN = ['name', 'targetId', 'source.url', 'source.ref', 'source.rootDirectory', 'source.reference', 'source.registryId', 'compose']
const NO_IMAGE: TypedImageSource = { reference: '', registryId: '', isFollowed: false, hasWindow: false, from: '22:00', to: '06:00', timeZone: 'UTC' }

/** Name and first source of a new project; then on to its canvas. */
export function CreateProjectDialog({ organizationId, templates, sshKeys, registries, targets, onClose }: CreateProjectDialogProps) {
  const [choice, setChoice] = useState<SourceChoice>('git')
  const [typedName, setName] = useState<string | null>(null)
  const [git, setGit] = useState<TypedGitSource>({ url: '', ref: '', rootDirectory: '', sshKeyId: '' })
  const [image, setImage] = useState(NO_IMAGE)
  const [compose, setCompose] = useState<ComposeText>({ name: null, text: '' })
  const [template, setTemplate] = useState(templates[0]?.id ?? '')
  const [chosenTarget, setTarget] = useState<string | null>(null)
  // Images run in containers only.
  const usable = choice === 'image' ? targets.filter(({ kind }) => hasNetwork(kind)) : targets
  const targetId = usable.find(({ id }) => id === chosenTarget)?.id ?? usualFor(choice, usable)
  const suggested = choice === 'git' ? nameFromGitUrl(git.url) : choice === 'image' ? nameFromImage(image.reference) : choice === 'template' ? (templates.find((each) => each.id === template)?.name ?? '') : ''
  const name = typedName ?? suggested
  const source = choice === 'git' ? gitSource(git) : choice === 'image' ? imageSource(image) : choice === 'template' ? ({ type: 'template', template } as const) : null
  const { submit, pending, error, fieldError } = useCreate({ organizationId, name, source, targetId, compose: choice === 'compose' ? compose : null })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())} title="New project">
      <form onSubmit={send} noValidate className="space-y-4">
        <Tabs
          label="Source"
          value={choice}
          onValueChange={setChoice}
          tabs={[
            { value: 'git', label: 'Repository', content: <GitSourceFields value={git} onChange={setGit} sshKeys={sshKeys} fieldError={fieldError} /> },
            { value: 'image', label: 'Image', content: usable.length === 0 ? <NoDocker /> : <ImageSourceFields value={image} onChange={(part) => setImage({ ...image, ...part })} registries={registries} fieldError={fieldError} /> },
            { value: 'template', label: 'Template', content: <TemplateChoice templates={templates} value={template} onChange={setTemplate} /> },
            { value: 'compose', label: 'Compose', content: <ComposeSource value={compose} onChange={setCompose} error={fieldError('compose') ?? null} /> },
            { value: 'empty', label: 'Empty', content: <p className="text-muted">An empty canvas with a production environment. Draw services there.</p> },
          ]}
        />
        <Field label="Project name" required error={fieldError('name')}>
          <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <TargetChoice targets={usable} value={targetId} onChange={setTarget} error={fieldError('targetId')} />
        <ProblemMessage error={error} shownFields={SHOWN} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending} disabledReason={usable.length === 0 ? NO_DOCKER : null}>
            Create project
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Most compose files have images, which run in containers only. */
function usualFor(choice: SourceChoice, targets: readonly ChoosableTarget[]): string {
  const inContainers = targets.filter(({ kind }) => hasNetwork(kind))
  return defaultOf(choice === 'compose' && inContainers.length > 0 ? inContainers : targets)
}

const NO_DOCKER = 'Images run on a Docker engine, and this organization has none.'

function NoDocker() {
  return (
    <p className="text-muted">
      {NO_DOCKER}{' '}
      <Link href={paths.settings('targets')} className="text-ink underline underline-offset-2">
        Add one in Settings
      </Link>
      , or begin with a repository.
    </p>
  )
}

function useCreate({ organizationId, name, source, targetId, compose }: { organizationId: string; name: string; source: Source | null; targetId: string; compose: ComposeText | null }) {
  const run = useRun()
  const router = useRouter()
  // When the project exists but its first service was refused, the next attempt goes on with that project.
  const created = useRef<ProjectView | null>(null)
  return useSubmit(async () => {
    if (source !== null) requireValid(source)
    if (compose?.text.trim() === '') throw { code: 'invalid_input', message: 'There is no compose file yet.', fields: { compose: 'Choose a file, or paste its text.' }, requestId: null }
    created.current ??= await run(projectCreate, { name, organizationId, ...(targetId === '' ? {} : { targetId }) })
    const project = created.current
    const environment = project.environments[0]
    if (environment === undefined) return router.push(paths.projectSettings(project.id))
    if (source !== null) await run(serviceCreate, { environmentId: environment.id, source })
    // It is read on the canvas, which shows what it draws before it does.
    if (compose !== null) handOver(environment.id, compose)
    router.push(paths.canvas(project.id, environment.id))
  })
}

/** Refuses a source before anything is created, in the words the server would use. */
function requireValid(source: Source): void {
  const parsed = Source.safeParse(source)
  if (parsed.success) return
  const fields = Object.fromEntries(parsed.error.issues.map((issue) => [['source', ...issue.path].join('.'), issue.message]))
  throw { code: 'invalid_input', message: 'The source cannot be used as it is. Check the marked fields.', fields, requestId: null }
}
