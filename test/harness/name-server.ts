import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'

import { decode, encode, type Answer, type Packet } from 'dns-packet'

// A name server that says what a test wants it to, also what others never say: that there is no such name, that it refuses, nothing at all.

export type Zone = Record<string, readonly Answer[] | 'refused' | 'failed' | 'unknown' | 'silent'>
export type NameServer = { /** As EASEL_DNS_RESOLVERS has it. */ address: string; /** By name; whatever is not named does not exist. */ zone: Zone; /** Names that were asked for. */ asked: string[]; close(): Promise<void> }

const PASSED_ON_MS = 2_000
const RCODE = { failed: 2, unknown: 3, refused: 5 }

/** Records of a name: `a('203.0.113.7')`. */
export const record = {
  a: (name: string, data: string): Answer => ({ type: 'A', name, data, ttl: 1 }),
  aaaa: (name: string, data: string): Answer => ({ type: 'AAAA', name, data, ttl: 1 }),
  cname: (name: string, data: string): Answer => ({ type: 'CNAME', name, data, ttl: 1 }),
  txt: (name: string, data: string): Answer => ({ type: 'TXT', name, data, ttl: 1 }),
  caa: (name: string, tag: 'issue' | 'issuewild', value: string): Answer => ({ type: 'CAA', name, data: { flags: 0, tag, value, issuerCritical: false }, ttl: 1 }) as Answer,
}

/** `upstream`: as EASEL_DNS_RESOLVERS has it; asked for names that `zone` does not have. */
export async function startNameServer({ upstream = null }: { upstream?: string | null } = {}): Promise<NameServer> {
  const socket = createSocket('udp4')
  const zone: Zone = {}
  const asked: string[] = []
  socket.on('message', (message, from) => {
    const query = decode(message)
    const [question] = query.questions ?? []
    if (!question) return
    const name = question.name.toLowerCase()
    asked.push(`${question.type} ${name}`)
    const known = zone[name]
    if (known === 'silent') return
    const say = (rcode: number, answers: readonly Answer[]) => socket.send(encode({ type: 'response', id: query.id ?? 0, flags: 0x8180 | rcode, questions: [question], answers: [...answers] } as Packet), from.port, from.address)
    if (known === undefined && upstream !== null) return passOn(message, upstream, (answer) => socket.send(answer, from.port, from.address))
    if (known === undefined) return say(RCODE.unknown, [])
    if (typeof known === 'string') return say(RCODE[known], [])
    say(0, known.filter((answer) => answer.type === question.type || answer.type === 'CNAME'))
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return { address: `127.0.0.1:${(socket.address() as AddressInfo).port}`, zone, asked, close: () => new Promise((resolve) => socket.close(() => resolve())) }
}

function passOn(message: Buffer, upstream: string, onAnswer: (answer: Buffer) => void): void {
  const [host, port] = upstream.split(':')
  const socket = createSocket('udp4')
  const late = setTimeout(() => socket.close(), PASSED_ON_MS).unref()
  socket.once('message', (answer) => {
    clearTimeout(late)
    socket.close()
    onAnswer(answer)
  })
  socket.send(message, Number(port), host)
}
