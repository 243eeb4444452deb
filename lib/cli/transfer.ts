import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

import type { volumeTransfer } from '../contract/volume'
import type { z } from 'zod'

import { CallError } from './client'
import { tell } from './print'

export type Transfer = z.infer<typeof volumeTransfer.output> & { action: string; file: string }

/** Fetches a file of a volume into one that is here, or sends one. What does not arrive whole is not kept. */
export async function carryFile(url: string, { path, action, file }: Transfer): Promise<number> {
  const address = new URL(path, url)
  if (action === 'write') {
    const { size } = await stat(file)
    const body = Readable.toWeb(createReadStream(file)) as unknown as BodyInit
    await demandOk(await fetch(address, { method: 'PUT', body, headers: { 'content-length': String(size) }, duplex: 'half' } as RequestInit))
    tell(`Sent ${size} bytes.`)
    return 0
  }
  const answer = await demandOk(await fetch(address))
  const temporary = `${file}.part`
  try {
    await pipeline(Readable.fromWeb(answer.body as unknown as ReadableStream), createWriteStream(temporary))
    const { size } = await stat(temporary)
    if (size !== Number(answer.headers.get('content-length') ?? size)) throw new CallError('The file did not arrive whole. Fetch it again.', 502)
    await rename(temporary, file)
    tell(`Fetched ${size} bytes.`)
    return 0
  } finally {
    await rm(temporary, { force: true })
  }
}

async function demandOk(answer: Response): Promise<Response> {
  if (answer.ok) return answer
  const { message } = (await answer.json().catch(() => ({}))) as { message?: string }
  throw new CallError(message ?? `The file was refused with ${answer.status}.`, answer.status)
}
