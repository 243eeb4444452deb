import type { Server } from 'node:http'
import type { Server as NetServer } from 'node:net'

import type { Log } from '../../../log'
import type { RouteTable } from '../table'
import { openCaddy, type CaddyOptions } from '../caddy/open-caddy'
import { OtherBase, tableReader } from '../table-lines'
import { listenAdmin, type Taken } from './admin'
import { processCallers, type Callers } from './callers'
import { door } from './door'
import { privateEntrance, publicEntrance } from './entrance'
import type { Times } from './forward'
import { holdingLimits } from './holding-limits'
import type { HoldingLimits } from './holding-room'
import { connectionPool } from './pool'
import { privateListeners } from './private-listeners'
import { reception } from './reception'
import { siteRules } from './site/rules'
import { recorder } from './telemetry/recorder'
import type { Keeping } from './tls/certificate-file'
import { openHttps } from './tls/open-https'
import { loadTable, saveTable, toldOf, type Told } from './table-file'
import { tcpListeners } from './tcp-listeners'
import { whenWanted } from './wanted'

// The embedded ingress: a reverse proxy for HTTP/1.1 and HTTP/2, with and without TLS, that needs neither database nor worker. It serves the last table it
// was told, also after a restart. A new table is one assignment; what is under way goes on where it was.

export type IngressOptions = { host: string; port: number; adminSocket: string; tableFile: string; log: Log; holding?: HoldingLimits; callers?: Callers; https?: HttpsOptions; /** A Caddy that stands before it; then `port` is Caddy's, and `https` is left out. */ caddy?: CaddyOptions; /** Addresses and ranges; none if left out. */ trustedProxies?: readonly string[] } & Partial<Times>
/** `seal`: null where keys cannot be kept on the disk, so that nothing is served over HTTPS after a restart until the worker publishes. */
export type HttpsOptions = { port: number; certificatesFile: string; seal: Keeping | null }
/** `httpsPort`: null for no HTTPS. */
export type RunningIngress = { port: number; httpsPort: number | null; close(): Promise<void> }

const DRAIN_MS = 10_000
/** Between two tries to have a port that another program has. */
const PORTS_MS = 2_000

/** Starts the proxy. Throws an Error with a sentence when a port or the admin socket is taken. */
export async function startIngress(options: IngressOptions): Promise<RunningIngress> {
  const { log } = options
  const began = Date.now()
  let told = await loadTable(options.tableFile, log)
  let index = told.index
  const times = { connectMs: options.connectMs ?? 5_000, answerMs: options.answerMs ?? 300_000 }
  const pool = connectionPool(() => index)
  const seen = recorder({ index: () => index, onTrouble: (cause) => log.warn({ cause }, 'a request could not be written down') })
  const desk = reception(() => index, { answerMs: times.answerMs, limits: options.holding ?? (await holdingLimits()), recorder: seen })
  const callers = options.callers ?? processCallers()
  const doors = door({ ...times, pool, desk })
  const listeners = privateListeners((port) => doors.open(privateEntrance(() => index, port, callers)), log)
  const gates = tcpListeners({ host: options.host, connectMs: times.connectMs, log })
  const troubles = new Map<string, string>()

  const ports = { http: options.port, https: null as number | null }
  const rules = siteRules({ ports: () => ports, hasCertificate: (host) => https?.hasCertificate(host) ?? false })
  const entrance = publicEntrance(() => index, rules, options.trustedProxies ?? [])
  const tell = (what: string, trouble: string | null) => void (trouble === null ? troubles.delete(what) : troubles.set(what, trouble))
  const caddy = options.caddy ? await openCaddy(options.caddy, { index: () => index, doors, entrance, trustedProxies: options.trustedProxies ?? [], http: { host: options.host, port: options.port }, log, tell }) : null
  const own = options.https && !caddy ? await openHttps(options.https, { index: () => index, doors, entrance, log, tell }) : null
  const https = caddy ?? own
  const main = doors.open(entrance)

  const begin = () => {
    const base = told
    const { read, finish } = tableReader(base)
    return {
      read,
      async finish(): Promise<Taken> {
        const { version, lines, isSince } = finish()
        const next = await toldOf(version, lines)
        if (version < index.table.version) return 'older'
        // Another one was taken while this one was read.
        if (isSince && told !== base) throw new OtherBase('The proxy has taken another table meanwhile: tell the whole one.')
        told = next
        index = told.index
        pool.follow()
        desk.follow()
        await settle()
        return { taken: next.id }
      },
    }
  }
  // What takes time is done one after the other, each time for the table in force: the file must end as the last of them.
  const settle = inTurn(async () => {
    const { table } = index
    await listeners.follow(portsOf(table))
    await gates.follow(table.tcp ?? [])
    await keep(told)
    await caddy?.follow()
  })
  // The table is in force even when the disk is full; only a restart would go back to an earlier one. Of several that came meanwhile
  // only the last is kept.
  let kept: Told | null = null
  const keep = async (table: Told) => {
    if (table === kept) return
    try {
      await saveTable(options.tableFile, table)
      kept = table
      troubles.delete('table')
    } catch (cause) {
      log.warn({ path: options.tableFile, cause }, 'routing table is in force but could not be kept on the disk')
      troubles.set('table', `It could not be kept on the disk (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`)
    }
  }
  // A port that another program has is ours once that ends, without anybody telling a table.
  const again = setInterval(() => {
    if (Object.keys({ ...listeners.troubles(), ...gates.troubles() }).length > 0) void settle().catch((cause: unknown) => log.warn({ cause }, 'a port could not be looked at again'))
  }, PORTS_MS).unref()
  const status = () => {
    return { version: index.table.version, edge: caddy ? 'caddy' : 'embedded', routes: index.table.routes.length, sites: index.table.sites?.length ?? 0, certificates: https?.count() ?? 0, ...(https ? { shown: https.mark() } : {}), active: desk.counters.active(), polls: desk.room.polls(), troubles: { ...listeners.troubles(), ...gates.troubles(), ...caddy?.troubles(), ...Object.fromEntries(troubles) }, uptimeMs: Date.now() - began }
  }

  const admin = await listenAdmin(options.adminSocket, { begin, putCertificates: async (told) => (await https?.publish(told)) ?? [], status, traffic: desk.counters.read, telemetry: seen.take, wanted: (waitMs, gone) => whenWanted(desk.room, waitMs, gone) })
  const openings: { server: NetServer; host: string; port: number; variable: string }[] = []
  if (caddy && options.caddy) openings.push({ server: caddy.server, ...options.caddy.door, variable: 'EASEL_CADDY_DOOR_PORT' })
  else openings.push({ server: main, host: options.host, port: options.port, variable: 'EASEL_INGRESS_PORT' })
  if (own && options.https) openings.push({ server: own.server, host: options.host, port: options.https.port, variable: 'EASEL_INGRESS_HTTPS_PORT' })
  try {
    for (const { server, ...at } of openings) await listen(server, at)
  } catch (error) {
    admin.close()
    for (const { server } of openings) server.close()
    throw error
  }
  Object.assign(ports, caddy ? { https: caddy.httpsPort } : { http: portOf(main), https: own && portOf(own.server) })
  await caddy?.begin()
  await listeners.follow(portsOf(index.table))
  await gates.follow(index.table.tcp ?? [])
  return {
    port: ports.http,
    httpsPort: ports.https,
    async close() {
      clearInterval(again)
      admin.close()
      admin.closeAllConnections()
      desk.room.close()
      const cut = setTimeout(doors.cutUpgraded, DRAIN_MS)
      await Promise.all([drain(main), https?.close(DRAIN_MS), listeners.close(drain), gates.close()])
      clearTimeout(cut)
      pool.close()
      callers.close()
    },
  }
}

/** The work, begun each time only when it is done with the times before. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return () => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
}

function portsOf(table: RouteTable): number[] {
  return table.routes.flatMap((route) => route.privatePort ?? [])
}

function portOf(server: NetServer): number {
  return (server.address() as { port: number }).port
}

function listen(server: NetServer, { host, port, variable }: { host: string; port: number; variable: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken by another program. Stop it, or set ${variable} to another port.`, { cause: error }) : error),
    )
    server.listen(port, host, () => resolve())
  })
}

/** Takes no new connection, lets what is under way end, and cuts what is left after a while. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
