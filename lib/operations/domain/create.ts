import { randomBytes } from 'node:crypto'

import { domainCreate } from '../../contract/domain'
import { isUniqueViolation } from '../../db/connection'
import * as domains from '../../db/queries/domains'
import { find as findEnvironment } from '../../db/queries/environments'
import { lock } from '../../db/queries/services'
import { domains as table } from '../../db/schema/domain'
import { DEFAULT_RULES } from '../../domain/site'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { nameTaken, refuseName, refusePort, refuseTaken } from './refusals'
import { domainView } from './view'

/** Each is looked up again and again, and is a site of the routing table. */
const MOST_DOMAINS = 5_000
/** Before all that are due by themselves, after those that somebody asked for: thousands may be due when the instance was away. */
const FIRST_LOOK = new Date(1)

export const createDomain = implement(domainCreate, async (ctx, { serviceId, hostname, port }) => {
  const { organizationId, environmentId } = ctx.scope
  const service = await lock(ctx.db, serviceId)
  const environment = await findEnvironment(ctx.db, environmentId!)
  if (!service || !environment) throw notFound('service')
  if (service.source.type === 'database') throw new AppError('not_now', 'A database answers no web requests. It is reached from outside by a port: see its overview.')
  refuseName(hostname, ctx)
  refusePort('port', port, environment.target.kind)
  if ((await domains.countOf(ctx.db, serviceId)) >= MOST_DOMAINS) throw new AppError('limit_exceeded', `A service has at most ${MOST_DOMAINS} host names. Take one away, or use a wildcard.`)
  const id = newId('domain')
  await domains.takeFromDeleted(ctx.db, hostname)
  await refuseTaken(ctx.db, { hostname, organizationId, serviceId, id })
  const now = ctx.now()
  const isPrimary = !hostname.startsWith('*.') && (await domains.primaryOf(ctx.db, serviceId)) === null
  await ctx.db
    .insert(table)
    .values({ id, organizationId, environmentId: environmentId!, serviceId, hostname, token: `easel-${randomBytes(20).toString('hex')}`, isPrimary, redirectsToPrimary: !hostname.startsWith('*.'), port, paths: [], rules: DEFAULT_RULES, state: 'pending', checks: [], since: now, attempts: 0, nextCheckAt: FIRST_LOOK, createdAt: now })
    .catch((error: unknown) => {
      // Somebody came a moment earlier.
      throw isUniqueViolation(error, 'domains_hostname') ? nameTaken(hostname, 'unknown') : error
    })
  await recordHere(ctx, { type: 'domain.created', subject: hostname, data: { domainId: id } })
  await announce(ctx.db, { kind: 'graph', environmentId: environmentId! })
  return domainView(ctx, id)
})
