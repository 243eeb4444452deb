import { serviceCreate } from '../../contract/service'
import * as environments from '../../db/queries/environments'
import type { PlacedEnvironment } from '../../db/queries/environments'
import { takePrivate } from '../../db/queries/ports'
import { countOf, type ServiceRow } from '../../db/queries/services'
import { put } from '../../db/queries/variables'
import { ENGINES } from '../../domain/engine/engines'
import { freeSpot, spotBelow } from '../../domain/free-spot'
import { settle } from '../../domain/generate'
import { followNames } from '../../domain/rename-reference'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { sealPlain, type PlainVariables } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { drawVolume } from '../volume/draw-volume'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { checkSettings } from './check-settings'
import { checkSnapshots } from './check-snapshots'
import { checkSource } from './check-source'
import { draw } from './draw'
import { placesIn } from './places'
import { sketchesOf, type Sketch } from './sketch'
import { serviceView } from './view'

const MAX_SERVICES = 500

/** Draws a service, or all of a template; its address exists from here on. Nothing runs until it is deployed. */
export const createService = implement(serviceCreate, async (ctx, input) => {
  const environment = await environments.lock(ctx.db, input.environmentId)
  if (!environment) throw notFound('environment')
  await checkSource(ctx, input.source, environment)
  checkSettings(input.settings, input.source, { kind: environment.target.kind })
  await checkSnapshots(ctx.db, environment.id, input.settings)
  const spot = freeSpot(await placesIn(ctx.db, environment.id))
  const sketches = sketchesOf({ ...input, x: input.x ?? spot.x, y: input.y ?? spot.y })
  const services = await drawTogether(ctx, environment, sketches)
  await giveVolumes(ctx, services)
  return serviceView(ctx, services[0]!.id)
})

/** Draws services of an environment that is held, with variables that refer to each other. */
export async function drawTogether(ctx: ScopedCtx, environment: PlacedEnvironment, sketches: readonly Sketch[]): Promise<ServiceRow[]> {
  const services = await drawAll(ctx, environment, sketches)
  await giveVariables(ctx, services, sketches)
  return services
}

/** `alias`: what it calls itself in its variables, where that is not its name. */
export type DrawnService = Omit<Sketch, 'isNameGiven' | 'alias' | 'variables'> & { alias?: string; variables: PlainVariables }

/** Draws one service with all that is set for it, of an environment that is held. A name that is taken gets a number. */
export async function drawService(ctx: ScopedCtx, environment: PlacedEnvironment, { variables, alias, ...wish }: DrawnService): Promise<ServiceRow> {
  const [service] = await drawAll(ctx, environment, [{ ...wish, isNameGiven: false, alias: wish.name, variables: {} }])
  // What it says of itself follows the name it got.
  const names = new Map([[alias ?? wish.name, service!.name]])
  await writeVariables(ctx, service!.id, Object.fromEntries(Object.entries(variables).map(([key, variable]) => [key, { ...variable, value: followNames(variable.value, names) }])))
  return service!
}

async function drawAll(ctx: ScopedCtx, environment: PlacedEnvironment, sketches: readonly Sketch[]): Promise<ServiceRow[]> {
  if ((await countOf(ctx.db, environment.id)) + sketches.length > MAX_SERVICES) {
    throw new AppError('limit_exceeded', `An environment holds at most ${MAX_SERVICES} services. Delete one that is no longer needed, or use another environment.`)
  }
  const services = await draw(ctx, environment, sketches)
  await givePorts(ctx, services)
  for (const service of services) {
    if (service.inspection !== null) await enqueue(ctx.db, { task: 'inspect', serviceId: service.id })
    await recordHere(ctx, { type: 'service.created', subject: service.name, serviceId: service.id, data: { source: service.source.type } })
  }
  await enqueue(ctx.db, { task: 'reconcile', environmentId: environment.id })
  await announce(ctx.db, { kind: 'graph', environmentId: environment.id })
  return services
}

async function givePorts(ctx: ScopedCtx, services: readonly ServiceRow[]): Promise<void> {
  const { first, last } = ctx.config.workloadPorts
  const without = await takePrivate(ctx.db, services.map(({ id }) => id), { ...ctx.config.workloadPorts, except: [ctx.config.ingress.port] })
  if (without.length > 0) {
    throw new AppError('limit_exceeded', `All ports from ${first} to ${last} are in use. Delete a service, or ask the operator to widen EASEL_WORKLOAD_PORTS.`)
  }
}

/** A database keeps its data in a volume of its own, which outlives it. */
export async function giveVolumes(ctx: ScopedCtx, services: readonly ServiceRow[]): Promise<void> {
  for (const service of services) {
    if (service.source.type !== 'database') continue
    const attachTo = { service, path: ENGINES[service.source.engine].dataPath }
    await drawVolume(ctx, service.environmentId, { name: `${service.name}-data`, isNameGiven: false, ...spotBelow(service, await placesIn(ctx.db, service.environmentId)), limitMib: null, attachTo })
  }
}

/** The variables of a template or a database, whose references follow its services to the names they got. */
async function giveVariables(ctx: ScopedCtx, services: readonly ServiceRow[], sketches: readonly Sketch[]): Promise<void> {
  const names = new Map(sketches.map((sketch, index) => [sketch.alias, services[index]!.name]))
  for (const [index, { id }] of services.entries()) {
    const own = Object.entries(sketches[index]!.variables).map(([key, { value, secret }]) => [key, { value: followNames(value, names), secret }])
    await writeVariables(ctx, id, Object.fromEntries(own) as PlainVariables)
  }
}

async function writeVariables(ctx: ScopedCtx, serviceId: string, variables: PlainVariables): Promise<void> {
  const rows = Object.entries(variables).map(([key, variable]) => ({ id: newId('variable'), key, ...sealPlain(ctx.seal, { serviceId, key }, { ...variable, generated: variable.generated ?? settle(variable.value, undefined) }) }))
  await put(ctx.db, serviceId, rows, ctx.now())
}
