import type { UploadView } from '@/lib/contract/upload'

/** Sends an archive to its address. Of what a browser has, only this way tells how far it is. */
export function sendArchive(address: string, archive: Blob, { signal, onShare }: { signal: AbortSignal; onShare: (share: number) => void }): Promise<UploadView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', address)
    request.upload.onprogress = ({ loaded, total }) => onShare(total === 0 ? 1 : loaded / total)
    request.onload = () => {
      const answer = read(request.responseText)
      if (request.status < 300 && answer !== null) resolve(answer as UploadView)
      else reject(answer ?? BROKEN)
    }
    request.onerror = () => reject(BROKEN)
    request.onabort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', () => request.abort(), { once: true })
    if (signal.aborted) return reject(signal.reason as Error)
    request.send(archive)
  })
}

const BROKEN = { code: 'unavailable', message: 'The connection broke off while the folder was sent. Nothing was changed; try again.', requestId: null }

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
