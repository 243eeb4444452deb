'use client'

import { useCallback, useEffect, useRef, useState } from 'react'

import { useRun } from '@/components/client/operations'
import { instanceGet, uploadCreate } from '@/lib/contract/doors'
import type { UploadView } from '@/lib/contract/upload'
import { folderName } from '@/lib/domain/archive/folder-name'

import { packFolder } from './pack-folder'
import { readFolder, type GivenFolder, type ReadFolder } from './read-folder'
import { sendArchive } from './send-archive'

/** How far it is. Of what is packed and sent, a share. */
export type UploadStep =
  | { kind: 'nothing' }
  | { kind: 'reading' }
  | { kind: 'read'; folder: ReadFolder }
  | { kind: 'packing' | 'sending'; folder: ReadFolder; share: number }
  | { kind: 'failed'; folder: ReadFolder | null; error: unknown }

/** One folder on its way: read at once, sent when somebody says so, ended when nobody looks any more. What was packed is sent again as it is. */
export function useUpload(environmentId: string) {
  const run = useRun()
  const [step, setStep] = useState<UploadStep>({ kind: 'nothing' })
  const work = useRef<AbortController>(new AbortController())
  const packed = useRef<{ folder: ReadFolder; archive: Blob } | null>(null)
  useEffect(() => () => work.current.abort(), [])

  const begin = useCallback(() => {
    work.current.abort()
    work.current = new AbortController()
    return work.current.signal
  }, [])
  const fail = useCallback((signal: AbortSignal, folder: ReadFolder | null, error: unknown) => (signal.aborted ? undefined : setStep({ kind: 'failed', folder, error })), [])

  const read = useCallback(
    async (given: GivenFolder) => {
      const signal = begin()
      setStep({ kind: 'reading' })
      try {
        const { uploads } = await run(instanceGet, {})
        const folder = await readFolder(given, uploads, signal)
        if (!signal.aborted) setStep({ kind: 'read', folder })
      } catch (error) {
        fail(signal, null, error)
      }
    },
    [begin, fail, run],
  )

  /** The upload when it has arrived; null when it was cancelled or has failed. */
  const send = useCallback(
    async (folder: ReadFolder): Promise<UploadView | null> => {
      const signal = begin()
      const at = (kind: 'packing' | 'sending') => (share: number) => (signal.aborted ? undefined : setStep({ kind, folder, share }))
      try {
        at('packing')(0)
        const { uploads } = await run(instanceGet, {})
        if (packed.current?.folder !== folder) packed.current = { folder, archive: await packFolder(folder, uploads, { signal, onShare: at('packing') }) }
        const { archive } = packed.current
        at('sending')(0)
        const { path } = await run(uploadCreate, { environmentId, name: folderName(folder.name), sizeBytes: archive.size })
        return await sendArchive(path, archive, { signal, onShare: at('sending') })
      } catch (error) {
        fail(signal, folder, error)
        return null
      }
    },
    [begin, fail, run, environmentId],
  )

  const cancel = useCallback((folder: ReadFolder | null) => {
    work.current.abort()
    setStep(folder === null ? { kind: 'nothing' } : { kind: 'read', folder })
  }, [])
  return { step, read, send, cancel }
}
