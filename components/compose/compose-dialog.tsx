'use client'

import { useEffect, useState } from 'react'

import { useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import type { Place } from '@/components/canvas/placement'
import { ask } from '@/components/canvas/store'
import { GitSourceFields, type TypedGitSource } from '@/components/project/git-source-fields'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Spinner } from '@/components/ui/spinner'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import type { ComposeView } from '@/lib/contract/compose'

import { ComposeAsks } from './compose-asks'
import { ComposeDrawing } from './compose-drawing'
import { readComposeFile, type ComposeText } from './compose-file'
import { ComposeNotes, ComposeProblems } from './compose-findings'
import { ComposeSource } from './compose-source'
import { useComposePreview } from './use-compose-preview'
import { useDrawCompose } from './use-draw-compose'
import { wishOf } from './wish'

const NO_REPOSITORY: TypedGitSource = { url: '', ref: '', rootDirectory: '', sshKeyId: '' }
const NO_TEXT: ComposeText = { name: null, text: '' }

export type ComposeDialogProps = { at: Place | null; /** What was dropped, or chosen elsewhere; null asks for it. */ file: File | ComposeText | null }

/** A compose file on its way to the canvas: which one it is, then what it would draw. */
export function ComposeDialog({ at, file }: ComposeDialogProps) {
  const store = useCanvasStore()
  const { file: given, setFile, problem, isReading } = useGiven(file)
  const [isChosen, setChosen] = useState(file !== null)
  const close = () => ask(store, null)
  if (isChosen && problem === null && !isReading && given.text.trim() !== '') return <Preview at={at} file={given} onOther={() => setChosen(false)} onClose={close} />
  return (
    <Dialog
      open
      size="large"
      onOpenChange={(open) => (open ? undefined : close())}
      title="Draw a compose file"
      description="You see what it draws before anything is drawn."
      footer={
        <>
          <Button variant="ghost" onClick={close}>
            Cancel
          </Button>
          <Button variant="primary" loading={isReading} disabledReason={given.text.trim() === '' ? 'Choose a file first, or paste its text.' : null} onClick={() => setChosen(true)}>
            Continue
          </Button>
        </>
      }
    >
      <ComposeSource value={given} onChange={setFile} error={problem} />
    </Dialog>
  )
}

/** The text of what was dropped, once it is read. */
function useGiven(file: File | ComposeText | null) {
  const [given, setGiven] = useState<ComposeText>(file === null || file instanceof File ? NO_TEXT : file)
  const [problem, setProblem] = useState<string | null>(null)
  const [isReading, setReading] = useState(file instanceof File)
  useEffect(() => {
    if (!(file instanceof File)) return
    let isCurrent = true
    void readComposeFile(file).then((read) => {
      if (!isCurrent) return
      setReading(false)
      if (typeof read === 'string') setProblem(read)
      else setGiven(read)
    })
    return () => {
      isCurrent = false
    }
  }, [file])
  const setFile = (value: ComposeText) => {
    setProblem(null)
    setGiven(value)
  }
  return { file: given, setFile, problem, isReading }
}

type PreviewProps = { at: Place | null; file: ComposeText; onOther: () => void; onClose: () => void }

function Preview({ at, file, onOther, onClose }: PreviewProps) {
  const { environmentId } = useEnvironment()
  const draw = useDrawCompose()
  const [values, setValues] = useState<Record<string, string>>({})
  const [profiles, setProfiles] = useState<string[]>([])
  const [repository, setRepository] = useState(NO_REPOSITORY)
  const wish = wishOf({ text: file.text, values, profiles, repository })
  const { view, error: unread, isStale } = useComposePreview(environmentId, wish)
  const { submit, pending, error } = useSubmit(async () => {
    const { services, volumes } = await draw(wish, at)
    toast.success(doneWords(services.length, volumes.length))
    onClose()
  })
  return (
    <Dialog
      open
      size="large"
      onOpenChange={(open) => (open || pending ? undefined : onClose())}
      title={file.name === null ? 'Draw this compose file?' : `Draw ${file.name}?`}
      description="Each service gets its address at once. Nothing runs until you deploy it."
      footer={
        <>
          <Button className="mr-auto" variant="ghost" disabled={pending} onClick={onOther}>
            Change the file
          </Button>
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" data-autofocus loading={pending} disabledReason={hindranceOf(view, { isStale, unread })} onClick={() => void submit()}>
            Draw
          </Button>
        </>
      }
    >
      <div className="space-y-5" aria-busy={isStale}>
        {view === null && unread === null ? (
          <p className="flex items-center gap-2 text-muted" role="status">
            <Spinner /> Reading the file…
          </p>
        ) : null}
        <ProblemMessage error={error ?? unread} shownFields={REPOSITORY_FIELDS} />
        {view === null ? null : (
          <>
            <ComposeProblems problems={view.problems} />
            <ComposeAsks view={view} values={values} onValues={setValues} profiles={profiles} onProfiles={setProfiles} />
            <ComposeDrawing services={view.services} volumes={view.volumes} />
            {isBuilt(view) || repository !== NO_REPOSITORY ? <RepositoryFields view={view} value={repository} onChange={setRepository} error={unread ?? error} /> : null}
            <ComposeNotes notes={view.notes} />
          </>
        )}
      </div>
    </Dialog>
  )
}

function isBuilt(view: ComposeView): boolean {
  return view.services.some(({ needsRepository }) => needsRepository)
}

const REPOSITORY_FIELDS = ['repository.url', 'repository.ref', 'repository.rootDirectory', 'repository.sshKeyId']

function RepositoryFields({ view, value, onChange, error }: { view: ComposeView; value: TypedGitSource; onChange: (value: TypedGitSource) => void; error: unknown }) {
  const { sshKeys } = useEnvironment()
  const names = view.services.filter(({ needsRepository }) => needsRepository).map(({ name }) => name)
  return (
    <section aria-labelledby="compose-repository" className="space-y-3">
      <div>
        <h3 id="compose-repository" className="font-medium">
          Repository
        </h3>
        <p className="text-muted">{names.length === 0 ? 'Services of the file are built from its folders.' : `${names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ')} ${names.length === 1 ? 'is built from a folder' : 'are built from folders'} beside the file. Which repository is it in?`}</p>
      </div>
      <GitSourceFields value={value} onChange={onChange} sshKeys={sshKeys} rootDirectoryHint="The folder that the file is in; empty for the top." fieldError={(path) => fieldOf(error, path.replace(/^source/, 'repository'))} />
    </section>
  )
}

function fieldOf(error: unknown, path: string): string | undefined {
  const fields = typeof error === 'object' && error !== null && 'fields' in error ? (error.fields as Record<string, string> | null) : null
  return fields?.[path]
}

/** Why it cannot be drawn now; null when it can. */
function hindranceOf(view: ComposeView | null, { isStale, unread }: { isStale: boolean; unread: unknown }): string | null {
  if (isStale || view === null) return unread === null ? 'The file is being read.' : 'The file could not be read.'
  if (unread !== null) return 'What is said above comes first.'
  if (view.problems.length > 0) return 'The file has problems. Mend them first.'
  if (isBuilt(view)) return 'Say which repository its services are built from.'
  return null
}

function doneWords(services: number, volumes: number): string {
  return `${services} ${services === 1 ? 'service' : 'services'}${volumes === 0 ? '' : ` and ${volumes} ${volumes === 1 ? 'volume' : 'volumes'}`} drawn.`
}
