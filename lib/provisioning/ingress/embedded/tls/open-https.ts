import type { Http2SecureServer } from 'node:http2'

import type { Log } from '../../../../log'
import type { Door } from '../door'
import type { Entrance } from '../entrance'
import type { RouteIndex } from '../route-index'
import type { HttpsOptions } from '../start-ingress'
import { certificateStore } from './certificate-store'
import { httpsServer } from './https-server'
import { keptCertificates, type ToldCertificates } from './kept-certificates'

/** HTTPS as the process has it: a server that does not listen yet, and its certificates. */
export type Https = {
  server: Http2SecureServer
  hasCertificate(host: string): boolean
  publish(told: ToldCertificates): Promise<string[]>
  count(): number
  /** Which it was told of, or has kept: see `certificatesMark`. */
  mark(): string
  /** Ends what is left after so long. */
  close(drainMs: number): Promise<void>
}

type Parts = { index(): RouteIndex; doors: Door; entrance: Entrance; log: Log; /** What does not work, for the status; null once it does again. */ tell(what: string, trouble: string | null): void }

/** HTTPS with the certificates that were kept. */
export async function openHttps(options: HttpsOptions, { index, doors, entrance, log, tell }: Parts): Promise<Https> {
  const certificates = certificateStore()
  const { server, hasCertificate, close } = httpsServer({ index, certificates, doors, entrance })
  const { publish, mark } = await keptCertificates(options, { certificates, log, tell })
  return {
    server,
    hasCertificate,
    publish,
    count: certificates.size,
    mark,
    async close(drainMs) {
      const { ended, cut } = close()
      const timer = setTimeout(cut, drainMs)
      await ended
      clearTimeout(timer)
    },
  }
}
