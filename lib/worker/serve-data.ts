import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

import { z } from 'zod'

import type { DatabaseFigures } from '../contract/database'
import { ENGINES, type EngineName } from '../domain/engine/engines'
import { AppError, isAppError } from '../errors'
import type { Log } from '../log'
import { DATA_ORDER, type DataAct } from '../operations/data/order'
import type { CellAsk, KeyExplorer, KeysAsk, Login, RowsAsk, RunAsk, TableExplorer, ValueAsk } from '../provisioning/database/data/explorer'
import { mysqlData } from '../provisioning/database/data/mysql'
import { postgresData } from '../provisioning/database/data/postgres'
import { redisData } from '../provisioning/database/data/redis'
import type { Seal } from '../secrets/seal'
import { loginOf, lookAtDatabase, type DatabaseReach } from './look-at-database'

// The data of databases, over the worker's socket file: one request, one sealed order, one connection to the database, which
// ends with the answer. The web process knows neither address nor password.

export type DataServer = DatabaseReach & { log: Log; most?: { all: number; ofService: number } }

/** Where it is asked, at the socket file. */
export const DATA_PATH = '/data'
const ACT_MS = 55_000
const MOST_ORDER_BYTES = 1_000_000
/** How long figures do for others who look. */
const FRESH_MS = 4_000
const MOST = { all: 12, ofService: 4 }

const Order = z.object({ id: z.string(), serviceId: z.string(), act: z.enum(['overview', 'rows', 'cell', 'run', 'keys', 'value', 'figures']), ask: z.unknown(), expiresAt: z.coerce.date() })
type Order = z.infer<typeof Order>
type Asked = Order & { act: Exclude<DataAct, 'figures'> }

const TABLES: Partial<Record<EngineName, TableExplorer>> = { postgres: postgresData, mariadb: mysqlData, mysql: mysqlData }
const KEYS: Partial<Record<EngineName, KeyExplorer>> = { redis: redisData, valkey: redisData }

/** `open`: how many are asked now, of each service; `taken`: orders that were carried out, with when they would have ended anyway; `figures`: the newest of each service. */
type Room = DataServer & { open: Map<string, number>; taken: Map<string, Date>; figures: Map<string, { until: number; found: Promise<DatabaseFigures> }> }

export function serveData(server: DataServer): RequestListener {
  const room: Room = { ...server, open: new Map(), taken: new Map(), figures: new Map() }
  return (request, response) => {
    answer(room, request, response).catch((cause: unknown) => {
      if (!isAppError(cause)) server.log.error({ cause }, 'the data of a database could not be served')
      refuse(response, isAppError(cause) ? cause : new AppError('unavailable', 'The database could not be asked. The log of the worker says why.'))
    })
  }
}

async function answer(room: Room, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const order = take(room, await readOrder(request))
  const left = new AbortController()
  response.once('close', () => left.abort())
  const signal = AbortSignal.any([left.signal, AbortSignal.timeout(ACT_MS)])
  const found = order.act === 'figures' ? await figuresOf(room, order.serviceId) : await inTurn(room, order.serviceId, async () => carryOut(order as Asked, (await loginOf(room, order.serviceId)).login, signal))
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found))
}

async function readOrder(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_ORDER_BYTES) throw new AppError('invalid_input', 'That is too long to be asked.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Each order once. */
function take({ seal, now, taken }: Room, sealed: string): Order {
  const order = open(seal, sealed)
  for (const [id, expiresAt] of taken) if (expiresAt < now()) taken.delete(id)
  if (order === null || order.expiresAt < now() || taken.has(order.id)) throw new AppError('forbidden', 'This was asked already, or too long ago. Ask again.')
  taken.set(order.id, order.expiresAt)
  return order
}

function open(seal: Seal, sealed: string): Order | null {
  try {
    return Order.parse(JSON.parse(seal.open(sealed, DATA_ORDER)))
  } catch {
    return null
  }
}

/** However many look, it is asked once in a while; who leaves ends it for nobody. */
function figuresOf(room: Room, serviceId: string): Promise<DatabaseFigures> {
  const { figures, now } = room
  for (const [id, { until }] of figures) if (until <= now().getTime()) figures.delete(id)
  const known = figures.get(serviceId)
  if (known) return known.found
  const found = inTurn(room, serviceId, () => lookAtDatabase(room, serviceId))
  figures.set(serviceId, { until: now().getTime() + FRESH_MS, found })
  return found
}

async function inTurn<T>({ open: asked, most = MOST }: Room, serviceId: string, work: () => Promise<T>): Promise<T> {
  const ofService = asked.get(serviceId) ?? 0
  const all = [...asked.values()].reduce((sum, count) => sum + count, 0)
  if (ofService >= most.ofService || all >= most.all) throw new AppError('limit_exceeded', 'As much as may be asked at once is being asked already. Wait until one of the others is answered.', { retryAfterS: 5 })
  asked.set(serviceId, ofService + 1)
  try {
    return await work()
  } finally {
    const left = asked.get(serviceId)! - 1
    if (left === 0) asked.delete(serviceId)
    else asked.set(serviceId, left)
  }
}

/** What is asked was accepted by its operation, and sealed. */
async function carryOut({ act, ask }: Asked, login: Login, signal: AbortSignal): Promise<unknown> {
  const tables = TABLES[login.engine]
  const keys = KEYS[login.engine]
  const acts: Record<Asked['act'], (() => Promise<unknown>) | undefined> = {
    overview: (tables ?? keys) && (() => (tables ?? keys)!.overview(login, signal)),
    rows: tables && (() => tables.rows(login, ask as RowsAsk, signal)),
    cell: tables && (() => tables.cell(login, ask as CellAsk, signal)),
    run: tables && (() => tables.run(login, ask as RunAsk, signal)),
    keys: keys && (() => keys.keys(login, ask as KeysAsk, signal)),
    value: keys && (() => keys.value(login, ask as ValueAsk, signal)),
  }
  const work = acts[act]
  if (!work) throw new AppError('not_now', `${ENGINES[login.engine].word} cannot be asked for that.`)
  return work()
}

function refuse(response: ServerResponse, { code, message, status }: AppError): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(400, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ code, message, status }))
}
