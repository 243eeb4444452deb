import { environmentUpdate } from '../../contract/project'
import * as environments from '../../db/queries/environments'
import { deployedServices, servicesOf } from '../../db/queries/environments'
import * as projects from '../../db/queries/projects'
import { madeIn } from '../../db/queries/volumes'
import { misfits } from '../../domain/settings-fit'
import { hasNetwork } from '../../domain/target'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { keyOf } from '../service/draw'
import { toEnvironmentView } from '../project/view'
import { recordHere } from '../record-here'
import { chooseTarget } from '../target/choose'
import { demandNetwork, refuseTakenName } from './create'

const NAMED = 3

/** The slug stays, because addresses of services carry it. */
export const updateEnvironment = implement(environmentUpdate, async (ctx, { environmentId, name, targetId, linksOnly }) => {
  const project = await projects.lock(ctx.db, ctx.scope.projectId!)
  const environment = project && (await environments.lock(ctx.db, environmentId))
  if (!environment) throw notFound('environment')
  if (name !== undefined) refuseTakenName(name, (await environments.ofProjects(ctx.db, [project.id])).filter(({ id }) => id !== environmentId))
  const target = targetId === undefined || targetId === environment.targetId ? environment.target : await moveTo(ctx, environment, targetId)
  const change = { name: name ?? environment.name, targetId: target.id, linksOnly: linksOnly ?? (environment.linksOnly && hasNetwork(target.kind)) }
  if (change.linksOnly) demandNetwork(target)
  await environments.configure(ctx.db, environmentId, change)
  await recordHere(ctx, { type: 'environment.updated', subject: change.name, data: { target: target.name, linksOnly: change.linksOnly } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  await enqueue(ctx.db, { task: 'reconcile', environmentId })
  return toEnvironmentView({ ...environment, ...change, target })
})

/** Only while nothing of it was ever deployed: builds, volumes and what runs belong to the target they were made on. */
async function moveTo(ctx: ScopedCtx, environment: environments.PlacedEnvironment, targetId: string): Promise<environments.PlacedEnvironment['target']> {
  const target = await chooseTarget(ctx, targetId)
  const services = await servicesOf(ctx.db, environment.id)
  const deployed = await deployedServices(ctx.db, environment.id)
  if (deployed.length > 0) {
    const more = deployed.length > NAMED ? ` and ${deployed.length - NAMED} more` : ''
    throw new AppError('not_now', `${deployed.slice(0, NAMED).join(', ')}${more} ${deployed.length === 1 ? 'has' : 'have'} been deployed to ${environment.target.name}, and builds cannot move to ${target.name}. Add an environment on ${target.name}, or delete what was deployed first.`)
  }
  const key = keyOf(target.kind)
  const made = await madeIn(ctx.db, environment.id)
  if (made.length > 0) throw new AppError('not_now', `The volume ${made[0]} is on ${environment.target.name}, and what it holds cannot move to ${target.name}. Add an environment on ${target.name}, or delete the volume first.`)
  const same = services.find((one, index) => services.some((other, before) => before < index && key(other.name) === key(one.name)))
  if (same) throw new AppError('not_now', `On ${target.name} services reach each other by their names, and the address of ${same.name} would be that of another service. Rename it first.`)
  for (const { name, settings } of services) {
    const [misfit] = misfits(settings, target.kind)
    if (misfit) throw new AppError('not_now', `The settings of ${name} do not fit ${target.name}: ${misfit.field}. Change them first, or choose another target.`)
  }
  return target
}
