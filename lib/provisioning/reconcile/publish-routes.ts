import { createHash } from 'node:crypto'

import { servedDomains } from '../../db/queries/engine/domains'
import { exposedDatabases, lockPublication, recordPublication, routedServices, type FrozenRoute } from '../../db/queries/engine/routes'
import type { Db } from '../../db/connection'
import { AppError } from '../../errors'
import { certificatesToPublish, challengesToPublish } from '../certificate/publish'
import type { Engine } from '../engine'
import { certificatesMark } from '../ingress/certificates-mark'
import type { CertificateName, ReadCertificates, RouteTable } from '../ingress/table'
import { part } from '../step-in'
import { routesOf, tcpRoutesOf } from './routes'
import { presencesOf, sitesOf } from './sites'

const PUBLISH_MS = 5_000

/** `same`: the proxy had this table already. */
export type Publication = 'same' | 'published'

type Publishing = Pick<Engine, 'ingress' | 'config' | 'log' | 'at' | 'seal' | 'now'>

/**
 * Publishes the whole routing table, and the certificates it names, if they differ from those in force. Publishers take turns on a
 * row lock held until the proxy has answered, so an older table never follows a newer one. `check`: also asks the proxy which
 * version it has, and publishes when it has lost it.
 */
export function publishRoutes(engine: Publishing & Pick<Engine, 'db'>, check: boolean, signal: AbortSignal): Promise<Publication> {
  return engine.db.transaction((tx) => publishRoutesAsOf(tx, engine, check, signal))
}

/** `publishRoutes` as a transaction sees the world that has yet to commit. */
export async function publishRoutesAsOf(db: Db, engine: Publishing, check: boolean, signal: AbortSignal): Promise<Publication> {
  return db.transaction(async (tx) => {
    const former = await lockPublication(tx)
    const table = await tableOf(tx, engine)
    const { names, ...certificates } = namesSome(table) ? await openable(engine, tx) : NONE
    let shown = certificatesMark(names)
    const ofTable = digest(parts(table))
    if (hashOf(ofTable, shown) === former.hash && !check) return 'same'

    const limit = () => AbortSignal.any([signal, AbortSignal.timeout(PUBLISH_MS)])
    const probe = await engine.ingress.probe(limit())
    if (!probe.ok) throw new AppError('unavailable', probe.message)
    // The proxy may have started with its table and without some certificates, of which it could not open the keys.
    const isKnown = probe.version === former.version && (shown === '' || probe.certificates === undefined || probe.certificates === shown)
    if (hashOf(ofTable, shown) === former.hash && isKnown) return 'same'
    // The proxy refuses a smaller version than it has; it may remember one from before the database was replaced.
    const version = Math.max(former.version, probe.version) + 1
    await part(engine, 'publish:routes', async () => {
      // Before the table that names them, so that none is missing when it is in force.
      if (shown !== (former.hash.split(':')[1] ?? '') || (!isKnown && shown !== '')) {
        // However many there are: each portion has a limit of its own.
        await engine.ingress.publishCertificates(names, signal, certificates.read)
        shown = certificatesMark(names.filter(({ id }) => !certificates.closed.has(id)))
      }
      await engine.ingress.publish({ version, ...table }, limit())
      await engine.at?.('publish:routes:during')
      await recordPublication(tx, { version, hash: hashOf(ofTable, shown) })
    })
    engine.log.debug({ version, routes: table.routes.length, sites: table.sites?.length ?? 0 }, 'routes published')
    return 'published'
  })
}

/** What is kept of a publication, to know the next one from it. */
function hashOf(table: string, certificates: string): string {
  return certificates === '' ? table : `${table}:${certificates}`
}

type Openable = { names: CertificateName[]; read: ReadCertificates; /** Ids of those that turned out not to open. */ closed: Set<string> }

const NONE: Openable = { names: [], read: async () => [], closed: new Set() }

/** Ids of certificates that do not open, by who publishes: each is tried once. */
const unopened = new WeakMap<Engine['ingress'], Set<string>>()

async function openable(engine: Publishing, tx: Db): Promise<Openable> {
  const { names, read } = await certificatesToPublish({ ...engine, db: tx })
  const closed = unopened.get(engine.ingress) ?? new Set<string>()
  unopened.set(engine.ingress, closed)
  return {
    names: names.filter(({ id }) => !closed.has(id)),
    closed,
    async read(some) {
      const whole = await read(some)
      const given = new Set(whole.map(({ id }) => id))
      for (const { id } of some) if (!given.has(id)) closed.add(id)
      return whole
    },
  }
}

type Table = Omit<RouteTable, 'version'>

/** What was read of frozen specs, by who publishes. */
const frozen = new WeakMap<Engine['ingress'], Map<string, FrozenRoute>>()

async function tableOf(tx: Db, { config, ingress, now }: Publishing): Promise<Table> {
  const known = frozen.get(ingress) ?? new Map<string, FrozenRoute>()
  frozen.set(ingress, known)
  const routes = routesOf(await routedServices(tx, known), config.ingress.domain)
  const domains = await servedDomains(tx, now())
  const challenges = [...presencesOf(domains), ...(await challengesToPublish({ db: tx, now }))]
  return { routes, tcp: tcpRoutesOf(await exposedDatabases(tx)), sites: sitesOf(domains, routes, { hasHttps: config.ingress.httpsPort !== null, isCertifiedByCaddy: Boolean(config.ingress.caddy?.acme) }), challenges }
}

/** Whether there is a certificate at all that the table speaks of: else none is read. */
function namesSome({ sites = [], challenges = [] }: Table): boolean {
  return sites.some(({ certificateId }) => certificateId !== null) || challenges.some(({ type }) => type === 'tls-alpn-01')
}

/** What is left out where there is none of it changes nothing for tables that were published before there was such a thing. */
function parts({ routes, tcp = [], sites = [], challenges = [] }: Table): unknown {
  if (sites.length + challenges.length > 0) return [routes, tcp, sites, challenges]
  return tcp.length === 0 ? routes : [routes, tcp]
}

function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
