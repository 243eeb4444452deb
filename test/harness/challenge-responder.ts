import { createServer } from 'node:http'
import { createServer as createTls, createSecureContext, type SecureContext } from 'node:tls'

import { certificatesToPublish, challengesToPublish } from '../../lib/provisioning/certificate/publish'
import type { Engine } from '../../lib/provisioning/engine'

/** What a proxy does with what is published of certificates, and no more: challenges by HTTP and TLS, and certificates by name. It reads what is published at every question. */
export async function startResponder(engineOf: () => Pick<Engine, 'db' | 'seal' | 'now' | 'log'>, { httpPort, tlsPort }: { httpPort: number; tlsPort: number }) {
  const state = { isSilent: false, answers: null as string | null }
  const http = createServer((request, response) => {
    void challengesToPublish(engineOf()).then((all) => {
      const host = request.headers.host?.split(':')[0]
      const found = all.find((each) => each.type === 'http-01' && each.host === host && request.url === `/.well-known/acme-challenge/${each.token}`)
      if (state.isSilent) return void response.destroy()
      response.writeHead(found ? 200 : 404).end(found?.type === 'http-01' ? (state.answers ?? found.keyAuthorization) : '')
    })
  })
  const contextFor = async (name: string) => {
    const [certificates, challenges] = await Promise.all([certificatesToPublish(engineOf()), challengesToPublish(engineOf())])
    const shown = challenges.find((each) => each.type === 'tls-alpn-01' && each.host === name)
    const found = certificates.find(({ id, hosts }) => (shown?.type === 'tls-alpn-01' ? id === shown.certificateId : hosts.includes(name)))
    return found && createSecureContext({ cert: found.chainPem, key: found.keyPem })
  }
  const show = async (name: string, done: (error: Error | null, context?: SecureContext) => void) => {
    const context = await contextFor(name)
    done(context ? null : new Error('nothing for that name'), context)
  }
  const tls = createTls({
    ALPNProtocols: ['acme-tls/1', 'http/1.1'],
    SNICallback: (name, done) => void show(name, done),
  }, (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'))
  tls.on('tlsClientError', () => undefined)
  await Promise.all([new Promise<void>((done) => http.listen(httpPort, '127.0.0.1', done)), new Promise<void>((done) => tls.listen(tlsPort, '127.0.0.1', done))])
  return {
    state,
    async close() {
      http.closeAllConnections()
      await Promise.all([new Promise((done) => http.close(done)), new Promise((done) => tls.close(done))])
    },
  }
}
