import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

import { z } from 'zod'

import { Certificate, type Traffic } from '../table'
import { OtherBase } from '../table-lines'
import type { Stored, Telemetry } from '../telemetry'
import type { ToldCertificates } from './tls/kept-certificates'

/** `taken`: what the table is called, to tell others from it. */
export type Taken = { taken: string } | 'older'

/** How the worker speaks to the ingress: a socket file that only the same user can open. */
export type AdminHandlers = {
  /** Takes a table as lines (`lib/provisioning/ingress/table-lines`); it is in force when it was read to its end. Both throw an Error with a sentence. */
  begin(): { read(bytes: Buffer): void; finish(): Promise<Taken> }
  /** Answers the ids of those that are named and were not brought. */
  putCertificates(told: ToldCertificates): Promise<string[]>
  status(): object
  traffic(): Traffic
  telemetry(stored: Stored | null): Telemetry
  /** `gone` is aborted when nobody waits for the answer any more. */
  wanted(waitMs: number, gone: AbortSignal): Promise<string[]>
}

const MOST_BYTES = 64 * 1024 * 1024

const Told = z.strictObject({ names: z.array(z.tuple([z.string(), z.string()])).optional(), more: z.array(Certificate).optional() })

/** Listens on the socket file. A file left by a dead process is removed; a living one is an Error. */
export async function listenAdmin(path: string, handlers: AdminHandlers): Promise<Server> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  if (await answers(path)) throw new Error(`Another ingress already uses ${path}. Stop it first.`)
  await rm(path, { force: true })
  const server = createServer((request, response) => void serve(request, response, handlers))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  await chmod(path, 0o600)
  return server
}

async function serve(request: IncomingMessage, response: ServerResponse, handlers: AdminHandlers): Promise<void> {
  const answer = (status: number, body: unknown) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  try {
    const url = new URL(request.url ?? '/', 'http://ingress')
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /status':
        return answer(200, handlers.status())
      case 'GET /traffic':
        return answer(200, handlers.traffic())
      case 'GET /telemetry':
        return answer(200, handlers.telemetry(storedOf(url)))
      case 'GET /wanted':
        return answer(200, { services: await handlers.wanted(waitOf(url), goneSignal(response)) })
      case 'PUT /table':
        return await put(request, handlers, answer)
      case 'PUT /certificates':
        return await putCertificates(request, handlers, answer)
      default:
        return answer(404, { message: 'There is only GET /status, GET /traffic, GET /telemetry?epoch=<epoch>&seq=<seq>, GET /wanted?wait=<ms>, PUT /table and PUT /certificates.' })
    }
  } catch (error) {
    answer(error instanceof OtherBase ? 412 : 400, { message: error instanceof Error ? error.message : String(error) })
  }
}

/** What is wrong with a line is said when all of it has come: a client that still sends hears no answer. */
async function put(request: IncomingMessage, handlers: AdminHandlers, answer: (status: number, body: unknown) => void): Promise<void> {
  const { read, finish } = handlers.begin()
  let trouble: unknown = null
  for await (const chunk of bounded(request)) {
    if (trouble !== null) continue
    try {
      read(chunk)
    } catch (error) {
      trouble = error
    }
    await turn()
  }
  if (trouble !== null) throw trouble
  const outcome = await finish()
  if (outcome === 'older') answer(409, handlers.status())
  else answer(200, { ...handlers.status(), table: outcome.taken })
}

/** What is wrong is said by its place: the words of an error may hold what was sent. */
async function putCertificates(request: IncomingMessage, handlers: AdminHandlers, answer: (status: number, body: unknown) => void): Promise<void> {
  const parsed = Told.safeParse(parsedQuietly(await readBody(request)))
  if (!parsed.success) return answer(400, { message: `The certificates cannot be used: ${parsed.error.issues[0]?.path.join('.') || 'they are neither names nor certificates'}.` })
  const { names, more } = parsed.data
  const missing = await handlers.putCertificates({ more, names: names?.map(([id, fingerprint]) => ({ id, fingerprint })) })
  answer(200, { ...handlers.status(), missing })
}

function parsedQuietly(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function waitOf(url: URL): number {
  const wait = Number(url.searchParams.get('wait') ?? 0)
  if (!Number.isInteger(wait) || wait < 0) throw new Error('wait must be a whole number of milliseconds.')
  return wait
}

function storedOf(url: URL): Stored | null {
  const epoch = url.searchParams.get('epoch')
  const seq = Number(url.searchParams.get('seq') ?? 0)
  if (!Number.isInteger(seq) || seq < 0) throw new Error('seq must be the number of a portion.')
  return epoch === null ? null : { epoch, seq }
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of bounded(request)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function* bounded(request: IncomingMessage): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > MOST_BYTES) throw new Error('It is larger than 64 MB.')
    yield chunk as Buffer
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}
