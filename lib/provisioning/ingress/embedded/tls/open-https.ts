import type { Http2SecureServer } from 'node:http2'

import type { Log } from '../../../../log'
import type { Certificate } from '../../table'
import type { Door } from '../door'
import type { Entrance } from '../entrance'
import type { RouteIndex } from '../route-index'
import type { HttpsOptions } from '../start-ingress'
import { loadCertificates, saveCertificates } from './certificate-file'
import { certificatesMark } from '../../certificates-mark'
import { certificateStore } from './certificate-store'
import { httpsServer } from './https-server'

/** HTTPS as the process has it: a server that does not listen yet, and its certificates. */
export type Https = {
  server: Http2SecureServer
  hasCertificate(host: string): boolean
  publish(certificates: readonly Certificate[]): Promise<void>
  count(): number
  /** Which it was told of, or has kept: see `certificatesMark`. */
  mark(): string
  /** Ends what is left after so long. */
  close(drainMs: number): Promise<void>
}

type Parts = { index(): RouteIndex; doors: Door; entrance: Entrance; log: Log; /** What does not work, for the status; null once it does again. */ tell(what: string, trouble: string | null): void }

/** HTTPS with the certificates that were kept. */
export async function openHttps({ certificatesFile, seal }: HttpsOptions, { index, doors, entrance, log, tell }: Parts): Promise<Https> {
  const certificates = certificateStore()
  const { server, hasCertificate, close } = httpsServer({ index, certificates, doors, entrance })
  let mark = ''
  const take = async (all: readonly Certificate[]) => {
    mark = certificatesMark(all)
    const unusable = Object.entries(await certificates.replace(all))
    for (const [certificate, trouble] of unusable) log.warn({ certificate, trouble }, 'certificate cannot be used')
    tell('certificates', unusable.length === 0 ? null : `${unusable.map(([id, trouble]) => `${id}: ${trouble}`).slice(0, 5).join(' ')}`)
  }
  // They are in force even when the disk is full; only a restart would go back to earlier ones.
  let kept = ''
  const keep = async (all: readonly Certificate[]) => {
    const names = JSON.stringify(all.map(({ id, fingerprint, hosts }) => [id, fingerprint, hosts]))
    if (!seal || names === kept) return
    try {
      await saveCertificates(certificatesFile, all, seal)
      kept = names
      tell('certificate file', null)
    } catch (cause) {
      log.warn({ path: certificatesFile, cause }, 'certificates are in force but could not be kept on the disk')
      tell('certificate file', `It could not be kept on the disk (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`)
    }
  }
  if (seal) await take(await loadCertificates(certificatesFile, seal, log))
  let last: Promise<void> = Promise.resolve()
  return {
    server,
    hasCertificate,
    publish(all) {
      const mine = last.then(async () => {
        await take(all)
        await keep(all)
      })
      last = mine.catch(() => {})
      return mine
    },
    count: certificates.size,
    mark: () => mark,
    async close(drainMs) {
      const { ended, cut } = close()
      const timer = setTimeout(cut, drainMs)
      await ended
      clearTimeout(timer)
    },
  }
}
