import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'

import { addressOf, type AddressPolicy } from '../../../alerts/guard'
import { oneLine, problemOf } from '../../../alerts/post'

const LIMIT_MS = 20_000
const MOST_BYTES = 256 * 1024

export type Asking = { url: string; method: 'GET' | 'POST' | 'DELETE'; headers?: Record<string, string>; body?: unknown; policy: AddressPolicy; signal: AbortSignal }
export type Said = { status: number; json: unknown; /** In one line, for people. */ text: string }

/** Asks an interface that speaks JSON, once, at an address that may be asked. Throws an Error with a sentence when it does not answer. Redirects are not followed. */
export async function askJson(asking: Asking): Promise<Said> {
  const { host } = new URL(asking.url)
  const limit = AbortSignal.any([asking.signal, AbortSignal.timeout(LIMIT_MS)])
  try {
    return await ask(asking, limit)
  } catch (error) {
    asking.signal.throwIfAborted()
    if (limit.aborted) throw new Error(`${host} did not answer within ${LIMIT_MS / 1000} s.`, { cause: error })
    throw new Error(problemOf(error, host), { cause: error })
  }
}

async function ask({ url, method, headers = {}, body, policy }: Asking, signal: AbortSignal): Promise<Said> {
  const target = new URL(url)
  const name = target.hostname.replace(/^\[|\]$/g, '')
  const address = await addressOf(name, policy)
  const text = body === undefined ? undefined : JSON.stringify(body)
  const send = target.protocol === 'https:' ? requestHttps : requestHttp
  const sent = { accept: 'application/json', 'user-agent': 'Easel', host: target.host, ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...headers }
  return new Promise((done, fail) => {
    // The certificate is of the name, the connection to the address that was looked at.
    const options = { method, host: address, port: target.port || undefined, path: `${target.pathname}${target.search}`, headers: sent, agent: false as const, signal, ...(isIP(name) ? {} : { servername: name }) }
    const request = send(options, (response) => {
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > MOST_BYTES) response.destroy(new Error(`${target.host} answered with more than was to be read.`))
        else parts.push(part)
      })
      response.on('error', fail)
      response.on('end', () => {
        const said = Buffer.concat(parts).toString('utf8')
        done({ status: response.statusCode ?? 0, json: asJson(said), text: oneLine(said) })
      })
    })
    request.on('error', fail)
    request.end(text)
  })
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
