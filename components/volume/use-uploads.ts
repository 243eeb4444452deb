'use client'

import { useCallback, useState } from 'react'

import { useRun } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { volumeTransfer } from '@/lib/contract/doors'

/** A file on its way, or why it did not arrive. */
export type UploadState = { id: string; name: string; share: number; problem: string | null }

/** Sends files, several at once. `onArrived`: after each that is there. */
export function useUploads(volumeId: string, onArrived: () => void): { uploads: readonly UploadState[]; send: (file: File, path: string) => Promise<void>; dismiss: (id: string) => void } {
  const run = useRun()
  const [uploads, setUploads] = useState<readonly UploadState[]>([])
  const dismiss = useCallback((id: string) => setUploads((before) => before.filter((upload) => upload.id !== id)), [])
  const send = useCallback(
    async (file: File, path: string) => {
      const id = `${path} ${Date.now()}`
      const change = (part: Partial<UploadState>) => setUploads((before) => before.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)))
      setUploads((before) => [...before, { id, name: file.name, share: 0, problem: null }])
      try {
        const { path: address } = await run(volumeTransfer, { volumeId, action: 'write', path })
        await put(address, file, (share) => change({ share }))
        dismiss(id)
        onArrived()
      } catch (error) {
        change({ problem: problemOf(error).message })
      }
    },
    [run, volumeId, onArrived, dismiss],
  )
  return { uploads, send, dismiss }
}

// Of what a browser has, only this one tells how far it is.
function put(address: string, file: File, onShare: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', address)
    request.upload.onprogress = ({ loaded, total }) => onShare(total === 0 ? 1 : loaded / total)
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request.responseText)))
    request.onerror = () => reject({ code: 'unavailable', message: 'The connection broke off. Send it again.', requestId: null })
    request.send(file)
  })
}

function refusal(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return { code: 'unavailable', message: 'The file was not taken. Send it again.', requestId: null }
  }
}
