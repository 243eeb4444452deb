import { environmentCompose, type ComposeView } from '../../contract/compose'
import type { Source } from '../../contract/source'
import * as environments from '../../db/queries/environments'
import type { PlacedEnvironment } from '../../db/queries/environments'
import { find, type ServiceRow } from '../../db/queries/services'
import { freeSpot } from '../../domain/free-spot'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { randomPassword } from '../../secrets/password'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { drawTogether } from '../service/create'
import { placesIn } from '../service/places'
import { drawVolume } from '../volume/draw-volume'
import { blockAt, BELOW, type Spot } from './block'
import { planOf, type Plan } from './plan'
import { composeView } from './view'

/** Draws all of a compose file, or says what it would draw. One problem, and nothing is drawn. */
export const composeEnvironment = implement(environmentCompose, async (ctx, wish) => {
  const environment = await (wish.preview ? environments.find : environments.lock)(ctx.db, wish.environmentId)
  if (!environment) throw notFound('environment')
  const plan = await planOf(ctx, environment, wish)
  if (wish.preview) return composeView(plan)
  refuse(plan)
  const spots = spotsOf(plan, await placesIn(ctx.db, environment.id), wish)
  const services = await drawServices(ctx, environment, { plan, spots })
  const volumes = await drawVolumes(ctx, environment.id, { plan, services })
  await recordHere(ctx, { type: 'environment.composed', subject: environment.name, data: { services: services.size, volumes: volumes.length } })
  await announce(ctx.db, { kind: 'graph', environmentId: environment.id })
  return composeView(plan, { services: await revisionsOf(ctx, [...services.values()]), volumes })
})

function refuse({ problems, services }: Plan): void {
  const [first] = problems
  if (first) {
    const rest = problems.length === 1 ? '' : ` ${problems.length - 1} more ${problems.length === 2 ? 'problem' : 'problems'} of the file ${problems.length === 2 ? 'is' : 'are'} told by a preview.`
    throw new AppError('invalid_input', `Line ${first.line}, column ${first.column}: ${first.message}${rest}`, { fields: { text: `Line ${first.line}: ${first.message}` } })
  }
  const built = services.find(({ source }) => source === null)
  if (built) throw new AppError('invalid_input', `repository: ${built.key} is built from a folder beside the file. Say which git repository that is in.`, { fields: { 'repository.url': 'Is needed: services of the file are built from its folders.' } })
}

function spotsOf({ services, volumes }: Plan, taken: readonly Spot[], { x, y }: { x?: number | undefined; y?: number | undefined }): Spot[] {
  const hanging = services.flatMap((service) => volumes.filter((volume) => volume.service === service.key).map((_, index) => ({ x: service.x, y: service.y + BELOW * (index + 1) })))
  const block = [...services, ...hanging]
  const free = freeSpot(taken)
  const move = blockAt(block, { taken, middle: x === undefined && y === undefined ? null : { x: x ?? free.x, y: y ?? free.y }, free })
  return services.map((service) => ({ x: service.x + move.x, y: service.y + move.y }))
}

async function drawServices(ctx: ScopedCtx, environment: PlacedEnvironment, { plan, spots }: { plan: Plan; spots: readonly Spot[] }): Promise<Map<string, ServiceRow>> {
  const sketches = plan.services.map(({ key, name, source, settings, variables }, index) => ({
    name,
    isNameGiven: false,
    // Its variables have the names already that were found to be free.
    alias: name,
    source: source as Source,
    settings,
    variables: Object.fromEntries(Object.entries(variables).map(([variable, { value, secret }]) => [variable, { value: value ?? randomPassword(), secret }])),
    ...spots[index]!,
    key,
  }))
  const rows = await drawTogether(ctx, environment, sketches)
  return new Map(sketches.map(({ key }, index) => [key, rows[index]!]))
}

async function drawVolumes(ctx: ScopedCtx, environmentId: string, { plan, services }: { plan: Plan; services: ReadonlyMap<string, ServiceRow> }): Promise<string[]> {
  const below = new Map<string, number>()
  const ids: string[] = []
  for (const { name, service: key, path } of plan.volumes) {
    const service = services.get(key)!
    const row = (below.get(key) ?? 0) + 1
    below.set(key, row)
    const volume = await drawVolume(ctx, environmentId, { name, isNameGiven: false, x: service.x, y: service.y + BELOW * row, limitMib: null, attachTo: { service, path } })
    ids.push(volume.id)
  }
  return ids
}

/** A service has another revision once its volumes are attached. */
async function revisionsOf({ db }: ScopedCtx, rows: readonly ServiceRow[]): Promise<ComposeView['drawn']['services']> {
  const drawn: ComposeView['drawn']['services'] = []
  for (const { id } of rows) drawn.push({ id, revision: (await find(db, id))!.configRevision })
  return drawn
}
