import { changeApply } from '../../contract/change'
import { holdKept } from '../../db/queries/artifacts'
import { holdServicesOf } from '../../db/queries/changes'
import * as environments from '../../db/queries/environments'
import { find } from '../../db/queries/revisions'
import { canDeploy } from '../../domain/service-can'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import type { ScopedCtx } from '../context'
import { demand } from '../demand'
import { enqueueDeployment } from '../deployment/enqueue-deployment'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { toRevisionView } from '../revision/view'
import { writeRevision } from '../revision/write'
import { demandSame } from './demand-same'
import { keepsBuild, standingsOf, type Standing } from './load-changes'

/** All that is changed, or a part of it, at once: either every deployment is queued and the revision written, or nothing is. */
export const applyChanges = implement(changeApply, async (ctx, { environmentId, message, serviceIds, fingerprint }) => {
  const environment = await environments.lock(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const standings = await standingsOf(ctx, await holdServicesOf(ctx.db, environmentId), { all: true })
  demandSame(standings, fingerprint)
  const applied = chosen(standings, serviceIds)
  const deployments: { serviceId: string; deploymentId: string }[] = []
  for (const standing of applied) deployments.push({ serviceId: standing.service.id, deploymentId: await deploy(ctx, standing) })
  const number = await writeRevision(ctx, { environmentId, message, standings, applied: new Set(applied.map(({ service }) => service.id)) })
  await recordHere(ctx, { type: 'changes.applied', subject: environment.name, data: { number, message, services: applied.map(({ service }) => service.name) } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  const revision = await find(ctx.db, environmentId, number)
  return { revision: toRevisionView(revision!), deployments }
})

function chosen(standings: readonly Standing[], serviceIds: readonly string[] | undefined): Standing[] {
  const known = new Set(standings.map(({ service }) => service.id))
  if (serviceIds?.some((id) => !known.has(id))) throw notFound('service')
  const applied = standings.filter(({ service, isChanged }) => isChanged && (serviceIds?.includes(service.id) ?? true))
  if (applied.length === 0) throw new AppError('not_now', 'Nothing is changed: what is set is what is deployed.')
  return applied
}

/** From the kept build where nothing that it is built of is changed. */
async function deploy(ctx: ScopedCtx, standing: Standing): Promise<string> {
  const { service, wanted, deployed } = standing
  demand(canDeploy(service))
  const isKept = keepsBuild(standing) && (await holdKept(ctx.db, deployed!.artifactId!)) !== null
  return enqueueDeployment(ctx, service, {
    trigger: 'manual',
    spec: { source: service.source, settings: service.settings, ref: null },
    variables: { ...wanted.variables },
    configRevision: service.configRevision,
    reused: isKept ? deployed : null,
  })
}
