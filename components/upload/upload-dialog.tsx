'use client'

import { FolderUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

import { useAddService } from '@/components/canvas/add-service'
import { useCanvasStore, useEnvironment, useService } from '@/components/canvas/canvas-context'
import { ask, type Question } from '@/components/canvas/store'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { problemOf } from '@/components/ui/problem'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Spinner } from '@/components/ui/spinner'
import { useSubmit } from '@/components/ui/use-submit'
import type { UploadView } from '@/lib/contract/upload'
import { sizeWords } from '@/lib/domain/archive/limits'
import { nameOfSource } from '@/lib/domain/source-name'

import type { ReadFolder } from './read-folder'
import { useUpload, type UploadStep } from './use-upload'
import { useUploadAgain } from './use-upload-again'

export type UploadDialogProps = { question: Extract<Question, { kind: 'upload' }> }

/** A folder of the person's computer becomes a service, or the next version of one. It says what will be sent before anything is. */
export function UploadDialog({ question }: UploadDialogProps) {
  const { at, given, serviceId } = question
  const store = useCanvasStore()
  const { environmentId } = useEnvironment()
  const service = useService(serviceId ?? '')
  const add = useAddService()
  const uploadAgain = useUploadAgain()
  const { step, read, send, cancel } = useUpload(environmentId)
  const [typedName, setName] = useState<string | null>(null)
  const arrived = useRef<{ folder: ReadFolder; upload: UploadView } | null>(null)
  const folder = 'folder' in step ? step.folder : null
  const isOnItsWay = step.kind === 'packing' || step.kind === 'sending'
  const name = typedName ?? (folder === null ? '' : suggestedName(folder))
  useEffect(() => {
    if (given !== null) void read(given)
  }, [given, read])

  const { submit, pending, error, fieldError } = useSubmit(async (sent: ReadFolder) => {
    // With another name, what has arrived is not sent again.
    const upload = arrived.current?.folder === sent ? arrived.current.upload : await send(sent)
    if (upload === null) return
    arrived.current = { folder: sent, upload }
    try {
      if (service) await uploadAgain(service, upload)
      else await add({ source: { type: 'upload', uploadId: upload.id, name: upload.name }, name, at })
      ask(store, null)
    } catch (refused) {
      if (problemOf(refused).fields['source.uploadId'] !== undefined) arrived.current = null
      cancel(sent)
      throw refused
    }
  })
  const close = () => (isOnItsWay ? undefined : ask(store, null))
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : close())}
      title={service ? `Upload ${service.name} again` : folder === null ? 'Upload a folder' : `Upload ${folder.name}?`}
      description={service ? 'What runs stays as it is until you deploy the new upload.' : 'It becomes a service with an address of its own. Nothing runs until you deploy it.'}
    >
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (folder !== null) void submit(folder)
        }}
      >
        <Standing step={step} />
        {folder !== null && !service ? (
          <Field label="Name" error={fieldError('name')} hint="Part of its address, which stays as it is when you rename it.">
            <Input name="name" value={name} readOnly={isOnItsWay} onChange={(event) => setName(event.target.value)} autoComplete="off" ref={focus} />
          </Field>
        ) : null}
        {isOnItsWay || step.kind === 'reading' ? null : <FolderField hasFolder={folder !== null} onChosen={(files) => void read({ files })} />}
        <ProblemMessage error={step.kind === 'failed' ? step.error : error} shownFields={['name']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={() => (isOnItsWay ? cancel(folder) : close())}>
            Cancel
          </Button>
          {folder === null ? null : (
            <Button type="submit" variant="primary" loading={isOnItsWay || pending}>
              {step.kind === 'failed' ? 'Try again' : 'Upload'}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

/** What was dropped is read while the dialog is open already. */
function focus(field: HTMLElement | null): void {
  field?.focus()
}

/** How far it is, in words and as a bar. */
function Standing({ step }: { step: UploadStep }) {
  if (step.kind === 'nothing' || (step.kind === 'failed' && step.folder === null)) return null
  if (step.kind === 'reading') {
    return (
      <p role="status" className="flex items-center gap-2 text-muted">
        <Spinner /> Reading the folder
      </p>
    )
  }
  const { files, sizeBytes } = step.folder!
  const isOnItsWay = step.kind === 'packing' || step.kind === 'sending'
  return (
    <div className="rounded-card border border-line px-3 py-2.5">
      <p className="flex justify-between gap-3">
        <span>
          {files.length.toLocaleString('en-US')} {files.length === 1 ? 'file' : 'files'}, {sizeWords(sizeBytes)}
        </span>
        {isOnItsWay ? (
          <span className="text-muted tabular-nums">
            {step.kind === 'packing' ? 'Packing' : 'Sending'} {Math.round(step.share * 100)} %
          </span>
        ) : null}
      </p>
      {isOnItsWay ? (
        <div role="progressbar" aria-label={step.kind === 'packing' ? 'Packing' : 'Sending'} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(step.share * 100)} className="mt-2 h-1 overflow-hidden rounded-full bg-press">
          <div className="h-full rounded-full bg-accent" style={{ width: `${step.share * 100}%` }} />
        </div>
      ) : (
        <p className="mt-0.5 text-meta text-muted">Without node_modules, .git and what its .gitignore files name.</p>
      )}
    </div>
  )
}

/** Every browser knows it and no list of attributes does. */
const FOLDERS = { webkitdirectory: '' }

/** The way without a pointer that can drop. */
function FolderField({ hasFolder, onChosen }: { hasFolder: boolean; onChosen: (files: File[]) => void }) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <div>
      <input
        ref={field}
        type="file"
        hidden
        multiple
        {...FOLDERS}
        aria-label="Folder"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          // The same folder may be chosen again.
          event.target.value = ''
          if (files.length > 0) onChosen(files)
        }}
      />
      <Button icon={<FolderUp />} onClick={() => field.current?.click()} {...(hasFolder ? {} : { 'data-autofocus': true })}>
        {hasFolder ? 'Choose another folder' : 'Choose a folder'}
      </Button>
    </div>
  )
}

/** As the service would be called without being told. */
function suggestedName({ name }: ReadFolder): string {
  return nameOfSource({ type: 'upload', uploadId: '', name })
}
