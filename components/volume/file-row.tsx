'use client'

import { Download, File, FileQuestion, Folder, Link2, MoreHorizontal, Trash2 } from 'lucide-react'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { bytesWords } from '@/components/service/use-words'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import { problemOf } from '@/components/ui/problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { volumeRemoveFile, volumeTransfer } from '@/lib/contract/doors'
import type { VolumeFile } from '@/lib/contract/volume'

const ICON = { file: File, folder: Folder, link: Link2, other: FileQuestion }
const CELL = 'border-t border-line py-1.5'

export type FileRowProps = { volumeId: string; file: VolumeFile; path: string; onOpen: (path: string) => void; onChanged: () => void }

/** One file or folder: opened, fetched or deleted. */
export function FileRow({ volumeId, file, path, onOpen, onChanged }: FileRowProps) {
  const run = useRun()
  const [isAsking, setAsking] = useState(false)
  const Icon = ICON[file.kind]
  const fetchIt = async () => {
    try {
      const { path: address } = await run(volumeTransfer, { volumeId, action: 'read', path })
      const anchor = document.createElement('a')
      anchor.href = address
      anchor.download = file.name
      anchor.click()
    } catch (error) {
      toast.error(`${file.name} was not fetched.`, { description: problemOf(error).message })
    }
  }
  const remove = async () => {
    await run(volumeRemoveFile, { volumeId, path })
    onChanged()
  }
  const items: MenuEntry[] = [
    ...(file.kind === 'folder' ? [{ label: 'Open', icon: <Folder />, onSelect: () => onOpen(path) }] : []),
    { label: 'Download', icon: <Download />, disabledReason: file.kind === 'file' ? null : file.kind === 'link' ? 'Links are not followed.' : 'Only files can be downloaded.', onSelect: () => void fetchIt() },
    { label: 'Delete…', icon: <Trash2 />, danger: true, onSelect: () => setAsking(true) },
  ]
  return (
    <tr className="hover:bg-hover">
      <td className={`${CELL} w-full max-w-0 pl-3`}>
        <span className="flex min-w-0 items-center gap-2.5">
          <Icon aria-hidden="true" className="size-4 shrink-0 stroke-[1.5] text-muted" />
          {file.kind === 'folder' || file.kind === 'file' ? (
            <button type="button" onClick={() => (file.kind === 'folder' ? onOpen(path) : void fetchIt())} className="min-w-0 truncate rounded-small text-left hover:underline" title={file.name}>
              {file.name}
            </button>
          ) : (
            <span className="min-w-0 truncate text-muted" title={file.name}>
              {file.name} <span className="text-meta text-faint">{file.kind === 'link' ? 'link' : 'special file'}</span>
            </span>
          )}
        </span>
      </td>
      <td className={`${CELL} pl-3 text-right text-meta whitespace-nowrap text-muted`}>{file.sizeBytes === null ? '' : bytesWords(file.sizeBytes)}</td>
      <td className={`${CELL} hidden pl-4 text-right text-meta whitespace-nowrap text-faint sm:table-cell`}>
        <RelativeTime at={file.modifiedAt} />
      </td>
      <td className={`${CELL} pr-2 pl-3 text-right`}>
        <Menu label={`Actions of ${file.name}`} trigger={<IconButton size="small" label={`Actions of ${file.name}`} icon={<MoreHorizontal />} />} items={items} />
        <ConfirmDialog open={isAsking} onOpenChange={setAsking} title={`Delete ${file.name}?`} confirmLabel={file.kind === 'folder' ? 'Delete folder' : 'Delete file'} onConfirm={remove}>
          <p>{file.kind === 'folder' ? 'Everything in it is deleted.' : 'It is deleted from the volume.'} Nobody can bring it back.</p>
        </ConfirmDialog>
      </td>
    </tr>
  )
}
