import { createHash } from 'node:crypto'
import { request } from 'node:http'

import type { Loss } from './losses'
import type { Client, Place } from './requests'

export type Downloads = { whole: number; losses: Loss[] }

const PIECES_PER_S = 10
const CHECKSUM_LENGTH = 64

/** Downloads slowly, one after the other. What comes must be of one version and add up to what it says itself. */
export function startDownloading(place: Place, seconds: number, downloads: Downloads): Client {
  const end = new AbortController()
  const working = (async () => {
    while (!end.signal.aborted) {
      const began = Date.now()
      try {
        await download(place, seconds * PIECES_PER_S, end.signal)
        downloads.whole++
      } catch (error) {
        if (end.signal.aborted) return
        downloads.losses.push({ at: new Date(), what: `download of ${seconds} s, begun ${Date.now() - began} ms before`, why: (error as Error).message })
      }
    }
  })()
  return {
    async stop() {
      end.abort()
      await working
    },
  }
}

function download({ ingressPort, host }: Place, pieces: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: ingressPort, path: `/download?pieces=${pieces}`, agent: false, headers: { host }, signal }, (response) => {
      const received: Buffer[] = []
      response.on('data', (piece: Buffer) => received.push(piece))
      response.once('error', reject)
      response.once('end', () => {
        const all = Buffer.concat(received)
        const body = all.subarray(0, -CHECKSUM_LENGTH)
        const isWhole = createHash('sha256').update(body).digest('hex') === all.subarray(-CHECKSUM_LENGTH).toString()
        if (response.statusCode !== 200) reject(new Error(`${response.statusCode} ${all.toString().slice(0, 200)}`))
        else if (isWhole) resolve()
        else reject(new Error(`its ${all.length} bytes of version ${response.headers['x-version']} are not whole`))
      })
    })
    sent.once('error', reject)
    sent.end()
  })
}
