import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'

import { RouteTable } from '../table'

/** How the worker speaks to the ingress: a socket file that only the same user can open. */
export type AdminHandlers = { put(table: RouteTable): Promise<'taken' | 'older'>; status(): unknown }

const MOST_BYTES = 64 * 1024 * 1024

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
  const answer = (status: number, body: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  try {
    if (request.method === 'GET' && request.url === '/status') return void answer(200, handlers.status())
    if (request.method !== 'PUT' || request.url !== '/table') return void answer(404, { message: 'There is only GET /status and PUT /table.' })
    const table = RouteTable.safeParse(JSON.parse(await readBody(request)))
    if (!table.success) return void answer(400, { message: table.error.issues[0]?.message ?? 'The table cannot be used.' })
    const outcome = await handlers.put(table.data)
    answer(outcome === 'taken' ? 200 : 409, handlers.status())
  } catch (error) {
    answer(400, { message: error instanceof Error ? error.message : String(error) })
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > MOST_BYTES) throw new Error('The table is larger than 64 MB.')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
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
