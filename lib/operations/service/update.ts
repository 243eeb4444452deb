import { isDeepStrictEqual } from 'node:util'

import { serviceUpdate } from '../../contract/service'
import type { ServiceSettings } from '../../contract/service-settings'
import { isUniqueViolation } from '../../db/connection'
import { holdServicesOf } from '../../db/queries/changes'
import { find as findEnvironment, type PlacedEnvironment } from '../../db/queries/environments'
import { ofService } from '../../db/queries/volumes'
import { configure, drawn, lock, type ServiceRow } from '../../db/queries/services'
import { databaseWords, ENGINES, isSameLine } from '../../domain/engine/engines'
import { findTemplate } from '../../domain/template'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { settleIfSame } from '../change/write-configuration'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { followRename } from '../variable/follow-rename'
import { checkSettings } from './check-settings'
import { checkSnapshots } from './check-snapshots'
import { checkSource } from './check-source'
import { demandRevision } from './demand-revision'
import { keyOf, nameTaken, refuseReserved } from './draw'
import { beginInspection } from './inspect'
import { serviceView } from './view'

type Change = Partial<Pick<ServiceRow, 'name' | 'source' | 'settings'>>

/** Sets what the next deployment will be made from; what runs stays as it is. */
export const updateService = implement(serviceUpdate, async (ctx, { serviceId, ifRevision, ...wanted }) => {
  // Another name is written into what others were deployed with. Everyone holds a service before its deployments, so these are held first, and in the order in which all take several.
  if (wanted.name !== undefined && ctx.scope.environmentId !== null) await holdServicesOf(ctx.db, ctx.scope.environmentId)
  const service = await lock(ctx.db, serviceId)
  const environment = service && (await findEnvironment(ctx.db, service.environmentId))
  if (!environment) throw notFound('service')
  await demandRevision(ctx, service, ifRevision)
  if (wanted.source) {
    await checkSource(ctx, wanted.source, environment)
    refuseSeveral(wanted.source)
    refuseOtherData(service, wanted.source)
  }
  checkSettings(wanted.settings, service.source, { kind: environment.target.kind, volumes: (await ofService(ctx.db, serviceId)).map(({ name }) => name) })
  await checkSnapshots(ctx.db, service.environmentId, wanted.settings)
  const change = differing(service, wanted)
  if (change.name !== undefined) refuseReserved(change.name)
  if (change.name !== undefined) await refuseTakenAddress(ctx, environment, { id: serviceId, name: change.name })
  if (Object.keys(change).length > 0) await apply(ctx, service, change)
  await recordHere(ctx, { type: 'service.updated', subject: change.name ?? service.name, data: { changed: Object.keys(change) } })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return serviceView(ctx, serviceId)
})

/** In a network of the environment's own, different names may become the same address. */
async function refuseTakenAddress(ctx: ScopedCtx, environment: PlacedEnvironment, { id, name }: { id: string; name: string }): Promise<void> {
  const key = keyOf(environment.target.kind)
  const others = (await drawn(ctx.db, environment.id)).filter((other) => other.id !== id)
  if (others.some((other) => key(other.name) === key(name))) throw nameTaken(name)
}

async function apply(ctx: ScopedCtx, service: ServiceRow, change: Change): Promise<void> {
  try {
    await configure(ctx.db, service.id, change)
  } catch (error) {
    if (isUniqueViolation(error, 'services_name')) throw nameTaken(change.name!)
    throw error
  }
  if (change.name !== undefined) {
    await followRename(ctx, service, change.name)
    // The pages that the proxy writes itself carry the name.
    await enqueue(ctx.db, { task: 'reconcile', environmentId: service.environmentId })
  }
  // Another name takes effect with the next deployment too, and cannot be seen in what was deployed.
  if (change.name === undefined) await settleIfSame(ctx, service.id)
  if (service.source.type === 'database') return
  if (change.source || (change.settings && isBuiltDifferently(service.settings, change.settings))) {
    await beginInspection(ctx, service, change.source ? null : (service.inspection?.recipe ?? null))
  }
}

/** The part of what is wanted that is not so already. */
function differing(service: ServiceRow, wanted: { [K in keyof Change]: Change[K] | undefined }): Change {
  const change: Change = {}
  if (wanted.name !== undefined && wanted.name !== service.name) change.name = wanted.name
  if (wanted.source !== undefined && !isDeepStrictEqual(wanted.source, service.source)) change.source = wanted.source
  if (wanted.settings !== undefined && !isDeepStrictEqual(wanted.settings, service.settings)) change.settings = wanted.settings
  return change
}

function isBuiltDifferently(a: ServiceSettings, b: ServiceSettings): boolean {
  return a.installCommand !== b.installCommand || a.buildCommand !== b.buildCommand || a.startCommand !== b.startCommand || a.outputDirectory !== b.outputDirectory
}

/** Data folders of one engine and line are of no use to another one. */
function refuseOtherData({ source: former, activeDeploymentId, targetDeploymentId }: ServiceRow, wanted: NonNullable<Change['source']>): void {
  if (former.type !== 'database' && wanted.type !== 'database') return
  if (former.type !== 'database' || wanted.type !== 'database') throw refused('source', 'A database cannot become another kind of service, nor the other way round. Add a new one beside it.')
  if (former.engine !== wanted.engine) throw refused('source.engine', `The data of ${ENGINES[former.engine].word} is of no use to ${ENGINES[wanted.engine].word}. Add a new database beside it.`)
  const hasData = activeDeploymentId !== null || targetDeploymentId !== null
  if (!hasData || isSameLine(former.engine, former.version, wanted.version)) return
  throw refused('source.version', `The data of ${databaseWords(former)} cannot be used by ${databaseWords(wanted)}. Take a snapshot of it and restore that into a new database of version ${wanted.version}.`)
}

function refused(field: string, message: string): AppError {
  return new AppError('invalid_input', `${field}: ${message}`, { fields: { [field]: message } })
}

function refuseSeveral(source: NonNullable<Change['source']>): void {
  const services = (source.type === 'template' && findTemplate(source.template)?.services) || []
  if (services.length <= 1) return
  const message = `This template draws several services. Choose one of ${services.map(({ template }) => template).join(', ')}.`
  throw new AppError('invalid_input', `source.template: ${message}`, { fields: { 'source.template': message } })
}
