import { MOST_CHARACTERS, type DataCell, type DataKey, type DataOverview } from '../../../contract/data'
import { ENGINES } from '../../../domain/engine/engines'
import { AppError } from '../../../errors'
import { bytesOf, cellOf, textOf } from './cells'
import { inWords, refusedPassword } from './connect'
import type { KeyExplorer, KeysAsk, Login, ValueAsk } from './explorer'
import { RefusedByServer, respClient, type Reply, type Send, type Text } from '../resp'

// Redis and Valkey. Only commands of ours are sent, none of which writes, and none of which looks at everything at once.

const PAGE_KEYS = 100
/** How many keys the server goes past for one page before it may have found nothing. */
const SCAN_STEP = 1_000
const MOST_STEPS = 20
const PAGE_MEMBERS = 100
const MEMBER_BYTES = 4_000

export const redisData: KeyExplorer = {
  overview: (login, signal) => asking(login, signal, null, readDatabases),
  keys: (login, ask, signal) => asking(login, signal, ask.database, (send) => readKeys(send, ask)),
  value: (login, ask, signal) => asking(login, signal, ask.database, (send) => readValue(send, ask)),
}

/** Asks a server, as somebody who has signed in there. */
export function asking<T>(login: Login, signal: AbortSignal, database: number | null, work: (send: Send) => Promise<T>): Promise<T> {
  const word = ENGINES[login.engine].word
  const told = (cause: unknown) => {
    if (!(cause instanceof RefusedByServer)) return undefined
    if (/^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH)/.test(cause.message)) return refusedPassword(word)
    if (cause.message.startsWith('LOADING')) return new AppError('unavailable', `${word} is still loading its data. Try again in a moment.`)
    return new AppError('invalid_input', `${word} says: ${cause.message}.`)
  }
  return inWords(login, signal, {
    told,
    ask: async (socket) => {
      const send = respClient(socket)
      if (login.password !== '') await send(login.user === null ? ['AUTH', login.password] : ['AUTH', login.user, login.password])
      if (database !== null) await send(['SELECT', String(database)])
      return work(send)
    },
  })
}

async function readDatabases(send: Send): Promise<DataOverview> {
  const info = wordOf(await send(['INFO', 'keyspace']))
  const databases = Array.from(info.matchAll(/^db(\d+):keys=(\d+)/gm), ([, index, keys]) => ({ index: Number(index), keys: Number(keys) }))
  if (!databases.some(({ index }) => index === 0)) databases.unshift({ index: 0, keys: 0 })
  return { kind: 'keys', reason: null, tables: [], hasMore: false, databases }
}

async function readKeys(send: Send, { pattern, type, cursor: from }: KeysAsk): Promise<{ items: DataKey[]; next: string | null }> {
  const found = new Map<string, Buffer>()
  let cursor = from ?? '0'
  for (let step = 0; step < MOST_STEPS && found.size < PAGE_KEYS; step++) {
    const reply = listOf(await send(['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(SCAN_STEP), ...(type === undefined ? [] : ['TYPE', type])]))
    cursor = wordOf(reply[0])
    for (const key of listOf(reply[1])) found.set(textOf((key as Text).bytes), (key as Text).bytes)
    if (cursor === '0') break
  }
  const items: DataKey[] = []
  for (const [key, bytes] of found) {
    const described = await describe(send, bytes)
    // It may have gone since it was found.
    if (described.type !== 'none') items.push({ key, ...described })
  }
  items.sort((a, b) => (a.key < b.key ? -1 : 1))
  return { items, next: cursor === '0' ? null : cursor }
}

async function describe(send: Send, key: Buffer): Promise<{ type: string; ttlS: number | null }> {
  const type = wordOf(await send(['TYPE', key]))
  const left = Number(await send(['PTTL', key]))
  return { type, ttlS: left < 0 ? null : Math.ceil(left / 1000) }
}

type Members = { size: number; columns: string[]; rows: DataCell[][]; next: string | null }

async function readValue(send: Send, { key: text, cursor }: ValueAsk) {
  const key = bytesOf(text)
  const { type, ttlS } = await describe(send, key)
  if (type === 'none') throw new AppError('not_found', 'There is no such key any more.')
  const read = READERS[type]
  const members = read ? await read(send, key, cursor) : { size: 0, columns: [], rows: [], next: null }
  return { key: text, type, ttlS, ...members }
}

const READERS: Record<string, (send: Send, key: Buffer, cursor: string | undefined) => Promise<Members>> = {
  async string(send, key) {
    const size = Number(await send(['STRLEN', key]))
    const value = await send(['GETRANGE', key, '0', String(MOST_CHARACTERS.alone)], MOST_CHARACTERS.alone + 1)
    return { size, columns: ['value'], rows: [[cell(value, { most: MOST_CHARACTERS.alone, size })]], next: null }
  },
  async list(send, key, cursor) {
    const size = Number(await send(['LLEN', key]))
    const from = positionOf(cursor)
    const items = listOf(await send(['LRANGE', key, String(from), String(from + PAGE_MEMBERS - 1)], MEMBER_BYTES))
    return { size, columns: ['index', 'value'], rows: items.map((item, i) => [String(from + i), cell(item)]), next: after(from, size) }
  },
  async set(send, key, cursor) {
    const size = Number(await send(['SCARD', key]))
    const [next, items] = listOf(await send(['SSCAN', key, scanned(cursor), 'COUNT', String(PAGE_MEMBERS)], MEMBER_BYTES))
    return { size, columns: ['member'], rows: listOf(items).map((item) => [cell(item)]), next: onward(next) }
  },
  async hash(send, key, cursor) {
    const size = Number(await send(['HLEN', key]))
    const [next, items] = listOf(await send(['HSCAN', key, scanned(cursor), 'COUNT', String(PAGE_MEMBERS)], MEMBER_BYTES))
    return { size, columns: ['field', 'value'], rows: pairs(listOf(items)), next: onward(next) }
  },
  async zset(send, key, cursor) {
    const size = Number(await send(['ZCARD', key]))
    const from = positionOf(cursor)
    const items = listOf(await send(['ZRANGE', key, String(from), String(from + PAGE_MEMBERS - 1), 'WITHSCORES'], MEMBER_BYTES))
    return { size, columns: ['member', 'score'], rows: pairs(items), next: after(from, size) }
  },
  async stream(send, key, cursor) {
    const size = Number(await send(['XLEN', key]))
    if (cursor !== undefined && !/^\d{1,20}-\d{1,20}$/.test(cursor)) throw wrongCursor()
    const entries = listOf(await send(['XRANGE', key, cursor ?? '-', '+', 'COUNT', String(PAGE_MEMBERS + 1)], MEMBER_BYTES))
    const rows = entries.slice(0, PAGE_MEMBERS).map((entry): DataCell[] => {
      const [id, fields] = listOf(entry)
      const object = Object.fromEntries(pairs(listOf(fields)).map(([field, value]) => [flat(field!), flat(value!)]))
      return [wordOf(id), cellOf(JSON.stringify(object), MEMBER_BYTES)]
    })
    return { size, columns: ['id', 'fields'], rows, next: entries.length > PAGE_MEMBERS ? wordOf(listOf(entries[PAGE_MEMBERS])[0]) : null }
  },
}

function cell(reply: Reply | undefined, { most, size }: { most: number; size?: number } = { most: MEMBER_BYTES }): DataCell {
  if (reply === null || typeof reply === 'number') return reply === null ? null : String(reply)
  const text = reply as Text
  const whole = size ?? text.size
  if (whole <= text.bytes.length && text.bytes.length <= most) return textOf(text.bytes)
  return [textOf(wholeCharacters(text.bytes.subarray(0, most)))]
}

/** Without a character that was cut in its midst. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= 4 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? bytes.subarray(0, -back) : bytes
  }
  return bytes
}

function pairs(items: readonly Reply[]): DataCell[][] {
  return Array.from({ length: Math.floor(items.length / 2) }, (_, i) => [cell(items[2 * i]), cell(items[2 * i + 1])])
}

function flat(value: DataCell): string {
  return Array.isArray(value) ? `${value[0]}…` : (value ?? '')
}

function listOf(reply: Reply | undefined): Reply[] {
  if (!Array.isArray(reply)) throw new Error('The server answered something else than a list.')
  return reply
}

function wordOf(reply: Reply | undefined): string {
  if (typeof reply !== 'object' || reply === null || Array.isArray(reply)) throw new Error('The server answered something else than a text.')
  return reply.bytes.toString('utf8')
}

function positionOf(cursor = '0'): number {
  if (!/^\d{1,15}$/.test(cursor)) throw wrongCursor()
  return Number(cursor)
}

function scanned(cursor = '0'): string {
  if (!/^\d{1,20}$/.test(cursor)) throw wrongCursor()
  return cursor
}

function wrongCursor(): AppError {
  return new AppError('invalid_input', 'The cursor is not one of this key: begin without one.')
}

function onward(next: Reply | undefined): string | null {
  const cursor = wordOf(next)
  return cursor === '0' ? null : cursor
}

function after(from: number, size: number): string | null {
  return from + PAGE_MEMBERS < size ? String(from + PAGE_MEMBERS) : null
}
