'use client'

import { FolderPlus, FolderOpen, Upload } from 'lucide-react'
import { useMemo, useRef, useState, type DragEvent, type ReactNode } from 'react'

import { useMissing, useVolume } from '@/components/canvas/canvas-context'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Skeleton } from '@/components/ui/skeleton'
import { volumeFiles } from '@/lib/contract/doors'
import type { VolumeFile } from '@/lib/contract/volume'

import { FileRow } from './file-row'
import { NewFolder } from './new-folder'
import { PathBar } from './path-bar'
import { UploadList } from './upload-list'
import { useUploads } from './use-uploads'

/** The files of a volume: folder by folder, with sending, fetching and deleting. */
export function FilesView({ volumeId }: { volumeId: string }) {
  const refusal = useMissing('volume.files')
  if (refusal !== null) return <EmptyState icon={<FolderOpen />} title="Files are not shown">{refusal}</EmptyState>
  return <OpenFiles volumeId={volumeId} />
}

function OpenFiles({ volumeId }: { volumeId: string }) {
  const volume = useVolume(volumeId)
  const [path, setPath] = useState('')
  const [isNaming, setNaming] = useState(false)
  // Of each folder anew: what is in one must not be taken for what is in another.
  const unread = useMemo(() => ({ of: path, items: [] as VolumeFile[], more: 0, isMade: true }), [path])
  const { data, error, reload } = useLiveQuery(volumeFiles, { volumeId, path }, { initial: unread, version: String(volume?.sizeBytes), everyMs: null })
  const { uploads, send, dismiss } = useUploads(volumeId, reload)
  const picker = useRef<HTMLInputElement>(null)
  const at = (name: string) => (path === '' ? name : `${path}/${name}`)
  const sendAll = (files: FileList | null) => [...(files ?? [])].forEach((file) => void send(file, at(file.name)))
  const drop = (event: DragEvent) => {
    event.preventDefault()
    sendAll(event.dataTransfer.files)
  }
  return (
    <div onDragOver={(event) => event.preventDefault()} onDrop={drop} className="flex min-h-full flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <PathBar root={volume?.name ?? 'Volume'} path={path} onOpen={setPath} />
        <div className="ml-auto flex gap-2">
          <Button icon={<FolderPlus />} onClick={() => setNaming(true)}>
            New folder
          </Button>
          <Button variant="primary" icon={<Upload />} onClick={() => picker.current?.click()}>
            Upload
          </Button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label="Files to upload"
            onChange={(event) => {
              sendAll(event.target.files)
              event.target.value = ''
            }}
          />
        </div>
      </div>
      <UploadList uploads={uploads} onDismiss={dismiss} />
      <ProblemMessage error={error} />
      {error ? null : (
        <FileTable>
          {data.items.map((file) => (
            <FileRow key={file.name} volumeId={volumeId} file={file} path={at(file.name)} onOpen={setPath} onChanged={reload} />
          ))}
        </FileTable>
      )}
      {!error && data === unread ? <Reading /> : null}
      {!error && data !== unread && data.items.length === 0 ? (
        <EmptyState icon={<FolderOpen />} title={path === '' ? 'Nothing is in this volume yet' : 'This folder is empty'} className="flex-1">
          {data.isMade ? 'Drop files here, or let the service write some.' : 'It is made by the first deployment that has it, or by the first file. Drop one here.'}
        </EmptyState>
      ) : null}
      {data.more > 0 ? <p className="text-meta text-muted">{data.more} more are not shown.</p> : null}
      {isNaming ? <NewFolder volumeId={volumeId} parent={path} onClose={() => setNaming(false)} onMade={reload} /> : null}
    </div>
  )
}

function Reading() {
  return (
    <div role="status" aria-label="The folder is read" className="space-y-1">
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
    </div>
  )
}

function FileTable({ children }: { children: ReactNode[] }) {
  if (children.length === 0) return null
  return (
    <table className="w-full border-separate border-spacing-0 rounded-card border border-line bg-raised">
      <thead className="sr-only">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Size</th>
          <th scope="col">Changed</th>
          <th scope="col">Actions</th>
        </tr>
      </thead>
      <tbody className="[&>tr:first-child>td]:border-t-0">{children}</tbody>
    </table>
  )
}
