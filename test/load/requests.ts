import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

import type { Loss } from './losses'

// One client: asks, looks at every byte of the answer, waits a moment, asks again. GET and POST take turns.

export type Place = { ingressPort: number; host: string }
export type Client = { stop(): Promise<void> }

/** What became of everything that was asked. */
export type Ledger = { answered: number; /** Ids of POSTs that were answered. */ acknowledged: string[]; versions: Set<string>; losses: Loss[] }

const PAUSE_MS = 20
const ANSWER_MS = 60_000
const MOST_BODY_BYTES = 60_000

export function emptyLedger(): Ledger {
  return { answered: 0, acknowledged: [], versions: new Set(), losses: [] }
}

/** `keepsAlive`: all requests go over one connection; otherwise each has its own. */
export function startClient(place: Place, keepsAlive: boolean, ledger: Ledger): Client {
  const agent = keepsAlive ? new Agent({ keepAlive: true, maxSockets: 1 }) : false
  let isOver = false
  const working = (async () => {
    for (let turn = 0; !isOver; turn++) {
      await askAndNote(place, { asked: turn % 2 === 0 ? get() : post(), agent }, ledger)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  })()
  return {
    async stop() {
      isOver = true
      await working
      if (agent) agent.destroy()
    },
  }
}

/** A GET and a POST and so on, all at once, each on a connection of its own. */
export async function askAtOnce(place: Place, times: number, ledger: Ledger): Promise<void> {
  await Promise.all(Array.from({ length: times }, (_, index) => askAndNote(place, { asked: index % 2 === 0 ? get() : post(), agent: false }, ledger)))
}

async function askAndNote(place: Place, { asked, agent }: { asked: Asked; agent: Agent | false }, ledger: Ledger): Promise<void> {
  try {
    ledger.versions.add(asked.check(await ask(place, asked, agent)))
    ledger.answered++
    if (asked.id !== null) ledger.acknowledged.push(asked.id)
  } catch (error) {
    ledger.losses.push({ at: new Date(), what: `${asked.method} ${asked.path} on ${agent ? 'a kept connection' : 'a connection of its own'}`, why: (error as Error).message })
  }
}

type Asked = { method: string; path: string; id: string | null; body: Buffer | null; /** The version that answered; throws what is wrong with the answer. */ check(body: string): string }

function get(): Asked {
  return {
    method: 'GET',
    path: '/',
    id: null,
    body: null,
    check(text) {
      const { version, filling } = JSON.parse(text) as { version: string; filling: string }
      if (filling.length !== 2_000) throw new Error(`${filling.length} instead of 2000 letters came back`)
      return version
    },
  }
}

function post(): Asked {
  const id = randomUUID()
  const body = randomBytes(1 + Math.floor(Math.random() * MOST_BODY_BYTES))
  return {
    method: 'POST',
    path: `/?id=${id}`,
    id,
    body,
    check(text) {
      const { version, sha256 } = JSON.parse(text) as { version: string; sha256: string }
      if (sha256 !== createHash('sha256').update(body).digest('hex')) throw new Error('the service received another body than was sent')
      return version
    },
  }
}

/** The body of a 200. Rejects for anything else, and for an answer that is not whole. */
function ask({ ingressPort, host }: Place, { method, path, body }: Asked, agent: Agent | false): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: ingressPort, method, path, agent, headers: { host }, timeout: ANSWER_MS }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      response.once('error', reject)
      response.once('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode} ${text.slice(0, 200)}`))))
    })
    sent.once('timeout', () => sent.destroy(new Error(`nothing came for ${ANSWER_MS / 1000} s`)))
    sent.once('error', reject)
    sent.end(body ?? undefined)
  })
}
