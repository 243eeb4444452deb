import { createHash } from 'node:crypto'

import { certificatesWithKeys, challengeCertificates, openChallenges, servedDomains, type KeptCertificate } from '../../db/queries/engine/domains'
import { exposedDatabases, lockPublication, recordPublication, routedServices } from '../../db/queries/engine/routes'
import type { Db } from '../../db/connection'
import { AppError } from '../../errors'
import type { Seal } from '../../secrets/seal'
import { openCertificateKey, openChallengeKey } from '../../secrets/sealed-certificate'
import type { Engine } from '../engine'
import type { Certificate, Challenge, RouteTable } from '../ingress/table'
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
    const certificates = await certificatesOf(tx, engine, table)
    const shown = certificates.length === 0 ? '' : digest(certificates.map(({ id, fingerprint }) => [id, fingerprint]))
    const hash = `${digest(parts(table))}${shown === '' ? '' : `:${shown}`}`
    if (hash === former.hash && !check) return 'same'

    const limit = AbortSignal.any([signal, AbortSignal.timeout(PUBLISH_MS)])
    const probe = await engine.ingress.probe(limit)
    if (!probe.ok) throw new AppError('unavailable', probe.message)
    const isKnown = probe.version === former.version
    if (hash === former.hash && isKnown) return 'same'
    // The proxy refuses a smaller version than it has; it may remember one from before the database was replaced.
    const version = Math.max(former.version, probe.version) + 1
    await part(engine, 'publish:routes', async () => {
      // Before the table that names them, so that none is missing when it is in force.
      if (!isKnown || shown !== (former.hash.split(':')[1] ?? '')) await engine.ingress.publishCertificates?.(certificates.map((each) => opened(engine.seal, each)), limit)
      await engine.ingress.publish({ version, ...table }, limit)
      await engine.at?.('publish:routes:during')
      await recordPublication(tx, { version, hash })
    })
    engine.log.debug({ version, routes: table.routes.length, sites: table.sites?.length ?? 0 }, 'routes published')
    return 'published'
  })
}

type Table = Omit<RouteTable, 'version'>

async function tableOf(tx: Db, { config, now }: Publishing): Promise<Table> {
  const routes = routesOf(await routedServices(tx), config.ingress.domain)
  const domains = await servedDomains(tx, now())
  const asked = (await openChallenges(tx, now())).map(({ id, type, host, token, keyAuthorization }): Challenge => (type === 'http-01' ? { type, host, token, keyAuthorization } : { type, host, certificateId: id }))
  return { routes, tcp: tcpRoutesOf(await exposedDatabases(tx)), sites: sitesOf(domains, routes, { hasHttps: config.ingress.httpsPort !== null }), challenges: [...presencesOf(domains), ...asked] }
}

/** What is left out where there is none of it changes nothing for tables that were published before there was such a thing. */
function parts({ routes, tcp = [], sites = [], challenges = [] }: Table): unknown {
  if (sites.length + challenges.length > 0) return [routes, tcp, sites, challenges]
  return tcp.length === 0 ? routes : [routes, tcp]
}

async function certificatesOf(tx: Db, { now }: Publishing, { sites = [], challenges = [] }: Table): Promise<(KeptCertificate & { isChallenge: boolean })[]> {
  const named = await certificatesWithKeys(tx, sites.flatMap(({ certificateId }) => certificateId ?? []))
  const shown = challenges.some(({ type }) => type === 'tls-alpn-01') ? await challengeCertificates(tx, now()) : []
  return [...named.map((each) => ({ ...each, isChallenge: false })), ...shown.map((each) => ({ ...each, isChallenge: true }))]
}

function opened(seal: Seal, { id, fingerprint, hosts, chainPem, keySealed, isChallenge }: KeptCertificate & { isChallenge: boolean }): Certificate {
  return { id, fingerprint, hosts, chainPem, keyPem: isChallenge ? openChallengeKey(seal, { id, keySealed }) : openCertificateKey(seal, { id, keySealed }) }
}

function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
