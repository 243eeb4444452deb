import { fetchQuery } from '@/components/client/query'
import { nodeOf as serviceNodeOf } from '@/components/service/use-service-actions'
import { mountOf, nodeOf as volumeNodeOf } from '@/components/volume/node-of'
import { groupDelete, serviceDelete, serviceGet, serviceRestore, serviceUpdate, volumeAttach, volumeDelete, volumeDetach, volumeGet } from '@/lib/contract/doors'
import type { ServiceView } from '@/lib/contract/service'

import { drawAgain } from './draw-again'
import { glide } from './glide'
import { rebound, type Renamed, type Setting, type Step, type Thing } from './history'
import { outrun } from './outrun'
import { advanceIn } from './record'
import { rename } from './rename'
import { saveSpots, type Hands } from './save-spots'
import { setSealedVariables, setVariables } from './set-variables'
import { hold, isSameSpot, savedSpots } from './spots'
import { forgetGroup, receiveService, receiveVolume } from './store'

const NOTHING: Renamed = new Map()

/**
 * Does a step, if what it would change is what the step says it was: what somebody else has done since stays, and the
 * problem that is thrown says so. Returns the ids of what was drawn again, by those it had.
 */
export async function perform(hands: Hands, step: Step): Promise<Renamed> {
  switch (step.kind) {
    case 'move':
      await move(hands, step)
      return NOTHING
    case 'set':
      await set(hands, step.setting)
      return NOTHING
    case 'remove':
      await remove(hands, step.thing)
      return NOTHING
    case 'draw':
      return drawAgain(hands, step.thing)
    case 'several': {
      const renamed = new Map<string, string>()
      // What is drawn again first is meant by what comes after it.
      for (const each of step.steps) for (const [from, to] of await perform(hands, rebound(each, renamed))) renamed.set(from, to)
      return renamed
    }
  }
}

async function move(hands: Hands, { before, after }: Extract<Step, { kind: 'move' }>): Promise<void> {
  const { store } = hands
  const now = savedSpots(store.getState(), Object.keys(before))
  const elsewhere = Object.keys(before).find((id) => now[id] === undefined || !isSameSpot(now[id], before[id]!))
  if (elsewhere !== undefined) throw outrun(now[elsewhere] ? 'Somebody has moved it since.' : 'It is gone.')
  hold(store, Object.keys(after))
  await glide(store, after)
  await saveSpots(hands, { before, after }, true)
}

async function set(hands: Hands, setting: Setting): Promise<void> {
  switch (setting.of) {
    case 'name':
      return rename(hands, setting)
    case 'variables':
      return setVariables(hands, setting)
    case 'sealed_variables':
      return setSealedVariables(hands, setting)
    case 'mount':
      return mount(hands, setting)
    case 'source':
    case 'settings':
      return configure(hands, setting)
  }
}

async function configure({ store, run }: Hands, setting: Extract<Setting, { of: 'source' | 'settings' }>): Promise<void> {
  const service: ServiceView = await fetchQuery(serviceGet, { serviceId: setting.id })
  if (!isSame(service[setting.of], setting.before)) throw outrun(`Somebody has changed the ${setting.of === 'source' ? 'source' : 'settings'} of ${service.name} since.`)
  const wanted = setting.of === 'source' ? { source: setting.after } : { settings: setting.after }
  const saved = await run(serviceUpdate, { serviceId: setting.id, ...wanted, ifRevision: service.revision })
  receiveService(store, serviceNodeOf(saved))
  advanceIn(store, setting.id, { from: service.revision, to: saved.revision })
}

async function mount({ store, run }: Hands, { id, before, after }: Extract<Setting, { of: 'mount' }>): Promise<void> {
  const volume = await fetchQuery(volumeGet, { volumeId: id })
  if (!isSame(mountOf(volume), before)) throw outrun(`Somebody has attached or detached ${volume.name} since.`)
  receiveVolume(store, volumeNodeOf(after === null ? await run(volumeDetach, { volumeId: id }) : await run(volumeAttach, { volumeId: id, ...after })))
}

/** Takes away what was drawn, as long as nothing has become of it. */
async function remove({ store, run }: Hands, thing: Thing): Promise<void> {
  if (thing.kind === 'group') {
    await run(groupDelete, { groupId: thing.id })
    return forgetGroup(store, thing.id)
  }
  if (thing.kind === 'composition') return removeComposition({ run }, thing)
  if (thing.kind === 'volume') {
    const volume = await fetchQuery(volumeGet, { volumeId: thing.id })
    if (volume.sizeBytes !== null || volume.serviceId !== thing.serviceId) throw outrun(`${volume.name} is in use by now. Delete it where you can see what is lost.`)
    if (volume.serviceId !== null) await run(volumeDetach, { volumeId: thing.id })
    await run(volumeDelete, { volumeId: thing.id, confirm: volume.name })
    return
  }
  const service = await fetchQuery(serviceGet, { serviceId: thing.id })
  if (service.latest !== null) throw outrun(`${service.name} was deployed by now. Delete it where you can see what is lost.`)
  if (service.revision !== thing.revision) throw outrun(`${service.name} was changed by now. Delete it where you can see what is lost.`)
  // A database was drawn with a volume, in which there is nothing yet. One that was brought back has the volume that it had.
  const volumes = thing.by !== serviceRestore.name && service.source.type === 'database' ? Object.values(store.getState().volumes).filter((volume) => volume.serviceId === thing.id && volume.sizeBytes === null) : []
  await run(serviceDelete, { serviceId: thing.id })
  for (const volume of volumes) await run(volumeDelete, { volumeId: volume.id, confirm: volume.name })
}

/** All of it, or nothing where something has become of one of them. */
async function removeComposition({ run }: Pick<Hands, 'run'>, { services, volumes }: Extract<Thing, { kind: 'composition' }>): Promise<void> {
  for (const { id, revision } of services) {
    const service = await fetchQuery(serviceGet, { serviceId: id })
    if (service.latest !== null) throw outrun(`${service.name} was deployed by now. Delete it where you can see what is lost.`)
    if (service.revision !== revision) throw outrun(`${service.name} was changed by now. Delete it where you can see what is lost.`)
  }
  const names = new Map<string, string>()
  for (const volumeId of volumes) {
    const { name, sizeBytes } = await fetchQuery(volumeGet, { volumeId })
    if (sizeBytes !== null) throw outrun(`${name} is in use by now. Delete it where you can see what is lost.`)
    names.set(volumeId, name)
  }
  for (const { id } of services) await run(serviceDelete, { serviceId: id })
  for (const [volumeId, name] of names) await run(volumeDelete, { volumeId, confirm: name })
}

/** Whether two values say the same, whatever the order of their fields. */
export function isSame(a: unknown, b: unknown): boolean {
  return stable(a) === stable(b)
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'object' && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).filter(([, item]) => item !== undefined).sort(([p], [q]) => (p < q ? -1 : 1))) : each)) ?? 'null'
}
