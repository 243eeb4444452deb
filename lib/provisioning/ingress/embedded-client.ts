import { request as sendRequest } from 'node:http'

import { AppError } from '../../errors'
import type { Ingress } from './table'

const TIMEOUT_MS = 5_000

type Answer = { status: number; body: { version?: number; message?: string; troubles?: Record<string, string> } }

/** The embedded ingress as the worker sees it, through its socket file. */
export function embeddedIngress(socketPath: string): Ingress {
  return {
    async publish(table, signal) {
      const { status, body } = await ask(socketPath, { method: 'PUT', path: '/table', body: JSON.stringify(table) }, signal)
      if (status === 409) throw new AppError('stale_generation', `The ingress already has routing table ${body.version}, which is newer than ${table.version}.`, { detail: { version: body.version } })
      if (status !== 200) throw new AppError('unavailable', `The ingress refused the routing table: ${body.message ?? status}.`)
    },
    async probe(signal) {
      try {
        const { body } = await ask(socketPath, { method: 'GET', path: '/status' }, signal)
        return { ok: true, version: body.version ?? 0 }
      } catch (error) {
        return { ok: false, message: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

function ask(socketPath: string, call: { method: string; path: string; body?: string }, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(new AppError('unavailable', `The ingress does not answer (${(cause as NodeJS.ErrnoException).code ?? cause.message}).`, { cause }))
    const headers = call.body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(call.body) }
    const request = sendRequest({ socketPath, method: call.method, path: call.path, headers, timeout: TIMEOUT_MS, signal }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] })
        } catch (error) {
          fail(error as Error)
        }
      })
      response.once('error', fail)
    })
    request.once('timeout', () => request.destroy(new Error('timeout')))
    request.once('error', fail)
    request.end(call.body)
  })
}
