import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import type { Server as NetServer } from 'node:net'
import { dirname } from 'node:path'

import type { Log } from '../../../log'
import type { Door } from '../embedded/door'
import type { Entrance } from '../embedded/entrance'
import { wildcardOf, type RouteIndex } from '../embedded/route-index'
import { certificateStore } from '../embedded/tls/certificate-store'
import { keptCertificates, type ToldCertificates } from '../embedded/tls/kept-certificates'
import type { HttpsOptions } from '../embedded/start-ingress'
import { writeWhole } from '../embedded/write-whole'
import { caddyAdmin } from './caddy-admin'
import { caddyParts, certificateObject, type CaddySettings } from './caddy-config'
import { caddyDoor } from './caddy-door'
import { caddySync, loaded } from './caddy-sync'
import { leaveCaddy } from './leave-caddy'

// The ingress with a Caddy before it: Caddy listens where visitors come, speaks TLS, HTTP/2 and HTTP/3 with them, and hands everything
// to our door on the loopback, behind which all is as without it.

export type CaddyOptions = {
  /** Its admin API. */
  admin: string
  /** Where it hands in what it received; port 0 for any. */
  door: { host: string; port: number }
  /** Where it listens for HTTPS; null for nowhere. */
  httpsPort: number | null
  /** No if left out. */
  isHttp3?: boolean
  certificates: CaddySettings['certificates']
  /** Where certificates are kept. */
  kept: Omit<HttpsOptions, 'port'>
  /** File of what shows the door that Caddy asks; made when it is not there. */
  secretFile: string
  /** File that says which Caddy was told something. */
  toldFile: string
  /** Between two looks at Caddy, where that is not the usual time. */
  lookMs?: number
}

export type Caddy = {
  /** The door. It does not listen yet. */
  server: NetServer
  httpsPort: number | null
  /** To be told when the door listens: Caddy is told from now on. */
  begin(): Promise<void>
  /** To be told when a table is in force. Resolves when Caddy has what it needs of it, or after a while. */
  follow(): Promise<void>
  hasCertificate(host: string): boolean
  publish(told: ToldCertificates): Promise<string[]>
  count(): number
  /** What `certificatesMark` gives for those in force. */
  mark(): string
  troubles(): Record<string, string>
  close(drainMs: number): Promise<void>
}

type Parts = { index(): RouteIndex; doors: Door; entrance: Entrance; trustedProxies: readonly string[]; http: { host: string; port: number }; log: Log; tell(what: string, trouble: string | null): void }

/** The door for Caddy, with the certificates that were kept. */
export async function openCaddy(options: CaddyOptions, { index, doors, entrance, trustedProxies, http, log, tell }: Parts): Promise<Caddy> {
  const { httpsPort, certificates: choice } = options
  const certificates = certificateStore()
  const kept = await keptCertificates(options.kept, { certificates, log, tell })
  const secret = await secretOf(options.secretFile)
  const idOf = (host: string) => {
    const named = index().siteOf(host)?.site.certificateId ?? undefined
    return named !== undefined && certificates.has(named) ? named : certificates.covering(host)
  }
  // For each name of a wildcard anybody could think of one: authorities would soon refuse.
  const mayHaveCertificate = (host: string) => isNamed(index(), host)
  const isShown = (id: string | undefined) => id !== undefined && !isRefused(id)
  const hasCertificate = (host: string) => httpsPort !== null && (isShown(idOf(host)) || (choice.by === 'caddy' && mayHaveCertificate(host)))
  const door = caddyDoor({
    doors,
    entrance,
    secret,
    trustedProxies,
    ports: () => ({ http: http.port, https: httpsPort }),
    isSameCertificate: (one, other) => idOf(one) !== undefined && idOf(one) === idOf(other),
    mayHaveCertificate,
  })
  let sync: ReturnType<typeof caddySync> | null = null
  const isRefused = (id: string) => [...(sync?.refused().values() ?? [])].some(({ object }) => object === certificateObject(id))
  const refusedOnes = () => certificates.all().flatMap((each) => {
    const refused = sync?.refused().get(loaded(each))
    return refused ? [{ hosts: each.hosts, said: refused.said }] : []
  })
  const settings = (): CaddySettings => {
    const { port } = door.server.address() as { port: number }
    return { host: http.host, httpPort: http.port, httpsPort, isHttp3: options.isHttp3 ?? false, door: { host: options.door.host, port, secret }, certificates: choice }
  }
  return {
    server: door.server,
    httpsPort,
    async begin() {
      const own = settings()
      await leaveCaddy({ toldFile: options.toldFile, log, but: options.admin })
      await writeWhole(options.toldFile, `${options.admin}\n`)
      sync = caddySync({ admin: caddyAdmin(options.admin), wanted: (refused) => caddyParts(own, index().table, certificates.all().filter((each) => !refused.has(loaded(each)))), log, ...(options.lookMs === undefined ? {} : { lookMs: options.lookMs }) })
      await sync.follow()
    },
    follow: async () => sync?.follow(),
    hasCertificate,
    async publish(told) {
      const missing = await kept.publish(told)
      sync?.remember(certificates.all())
      await sync?.follow()
      return missing
    },
    count: certificates.size,
    mark: kept.mark,
    troubles(): Record<string, string> {
      const trouble = sync?.trouble() ?? null
      if (trouble !== null) return { caddy: trouble }
      const refused = refusedOnes().slice(0, 5).map(({ hosts, said }) => `It does not take the certificate of ${hosts.join(', ')} (${said}), which is left out. Upload another one.`)
      return refused.length === 0 ? {} : { caddy: refused.join(' ') }
    },
    async close(drainMs) {
      await Promise.all([sync?.close(), door.close(drainMs)])
    },
  }
}

/** Whether the host is one of the table's own: of a service, or of a site that names it in full. */
function isNamed(index: RouteIndex, host: string): boolean {
  if (index.byHost(host)) return true
  const site = index.siteOf(host)?.site.host
  return site === host && site !== wildcardOf(host)
}

/** The same after each start, so that Caddy need not be told anew. */
async function secretOf(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  if (/^[0-9a-f]{64}$/.test(known.trim())) return known.trim()
  const made = randomBytes(32).toString('hex')
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeWhole(path, `${made}\n`)
  return made
}
