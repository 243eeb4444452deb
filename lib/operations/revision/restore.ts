import { revisionRestore } from '../../contract/change'
import { holdServicesOf } from '../../db/queries/changes'
import * as environments from '../../db/queries/environments'
import { find } from '../../db/queries/revisions'
import * as volumes from '../../db/queries/volumes'
import { differences } from '../../domain/change'
import { ENGINES } from '../../domain/engine/engines'
import { referencesIn } from '../../domain/reference'
import { followNames } from '../../domain/rename-reference'
import { isAppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import type { PlainVariables } from '../../secrets/sealed-variables'
import { standingsOf, toChangesView, type Standing } from '../change/load-changes'
import { writeConfiguration } from '../change/write-configuration'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { drawService, giveVolumes } from '../service/create'
import { presentVariables } from '../variable/present-variables'
import { refuseCircles } from '../variable/change'
import { checkSettings } from '../service/check-settings'
import { checkSource } from '../service/check-source'
import { attach } from '../volume/attach-to'
import { restoreShared } from './restore-shared'
import { openContent, type RevisedContent, type RevisionContent } from './content'

/** Sets what a revision has as changes; nothing runs differently until they are deployed. What was drawn since stays as it is. */
export const restoreRevision = implement(revisionRestore, async (ctx, { environmentId, number }) => {
  const environment = await environments.lock(ctx.db, environmentId)
  const row = environment && (await find(ctx.db, environmentId, number))
  if (!row) throw notFound('revision')
  const standings = await standingsOf(ctx, await holdServicesOf(ctx.db, environmentId), { all: true })
  const left: string[] = []
  const { services, shared } = withPresentNames(openContent(ctx.seal, row), new Map(standings.map(({ service }) => [service.id, service.name])))
  const used = usedBesides(standings, services)
  for (const content of services) {
    const revised = await withFreeVolumes(ctx, content, left)
    const standing = standings.find(({ service }) => service.id === revised.id)
    const problem = await fits(ctx, environment, revised)
    if (problem !== null) left.push(`${revised.name} was left as it is: ${problem}`)
    else if (standing) await setBack(ctx, standing, { ...revised, variables: withUsed(standing, revised, { used, left }) })
    else await drawAgain(ctx, environment, revised)
  }
  for (const { service } of standings) await refuseCircles(ctx, service, await presentVariables(ctx, service.id))
  if (shared !== null) await restoreShared(ctx, { environmentId, wanted: shared }, left)
  await recordHere(ctx, { type: 'revision.restored', subject: environment.name, data: { number, left } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return { ...toChangesView(await standingsOf(ctx, await holdServicesOf(ctx.db, environmentId))), left }
})

/** References lead to the services that were meant, whatever these are called by now. `names`: of those there are, by id. */
function withPresentNames({ services, shared }: RevisionContent, names: ReadonlyMap<string, string>): RevisionContent {
  const followed = new Map(services.flatMap(({ id, name }) => (names.has(id) && names.get(id) !== name ? [[name, names.get(id)!] as const] : [])))
  const follow = (variables: PlainVariables) => Object.fromEntries(Object.entries(variables).map(([key, variable]) => [key, { ...variable, value: followNames(variable.value, followed) }]))
  return { services: services.map((service) => ({ ...service, variables: follow(service.variables) })), shared: shared && follow(shared) }
}

/** What services that are not in a revision refer to, as `service.KEY`. */
function usedBesides(standings: readonly Standing[], revised: readonly RevisedContent[]): Set<string> {
  const known = new Set(revised.map(({ id }) => id))
  const others = standings.filter(({ service }) => !known.has(service.id))
  return new Set(others.flatMap(({ wanted }) => Object.values(wanted.variables)).flatMap(({ value }) => referencesIn(value).map(({ service, key }) => `${service}.${key}`)))
}

/** The variables of a revision, and those that came since and would be missed. */
function withUsed({ service, wanted }: Standing, { variables }: RevisedContent, { used, left }: { used: ReadonlySet<string>; left: string[] }): PlainVariables {
  const kept = Object.entries(wanted.variables).filter(([key]) => !Object.hasOwn(variables, key) && used.has(`${service.name}.${key}`))
  for (const [key] of kept) left.push(`The variable ${key} of ${service.name} stays, because something refers to it.`)
  return { ...variables, ...Object.fromEntries(kept) }
}

async function setBack(ctx: ScopedCtx, standing: Standing, { source, settings, variables, mounts }: RevisedContent): Promise<void> {
  const next = { source, settings, variables: { ...variables, ...loginOf(standing) }, mounts }
  if (differences(standing.wanted, next).length > 0) await writeConfiguration(ctx, standing, next)
}

/** Who connects to a database, and with which password, is in its data: the present login, whatever it was then. */
function loginOf({ wanted: { source, variables } }: Standing): PlainVariables {
  if (source.type !== 'database') return {}
  const { user, password } = ENGINES[source.engine].login
  return Object.fromEntries([user, password].flatMap((key) => (key !== null && variables[key] ? [[key, variables[key]]] : [])))
}

/** Another service of the same name and settings, with an address of its own. */
async function drawAgain(ctx: ScopedCtx, environment: environments.PlacedEnvironment, { name, source, settings, variables, mounts, x, y }: RevisedContent): Promise<void> {
  const service = await drawService(ctx, environment, { name, source, settings, variables, x, y })
  if (mounts.length === 0) await giveVolumes(ctx, [service])
  for (const { volumeId, path } of mounts) await attach(ctx, (await volumes.lock(ctx.db, volumeId))!, { service, path })
}

/** Without the volumes that were deleted, or belong to another service by now. */
async function withFreeVolumes(ctx: ScopedCtx, revised: RevisedContent, left: string[]): Promise<RevisedContent> {
  const mounts: RevisedContent['mounts'][number][] = []
  for (const mount of revised.mounts) {
    const volume = await volumes.lock(ctx.db, mount.volumeId)
    if (volume && (volume.serviceId === null || volume.serviceId === revised.id)) mounts.push(mount)
    else left.push(`The volume ${mount.name} was not attached to ${revised.name} again: ${volume ? 'it is attached to another service' : 'it was deleted'}.`)
  }
  return { ...revised, mounts }
}

/** Why a service cannot be set so today, as a sentence: a key or a folder may be gone, or the target another one. */
async function fits(ctx: ScopedCtx, environment: environments.PlacedEnvironment, { source, settings, mounts }: RevisedContent): Promise<string | null> {
  try {
    await checkSource(ctx, source, environment)
    checkSettings(settings, source, { kind: environment.target.kind, volumes: mounts.map(({ name }) => name) })
    return null
  } catch (error) {
    if (!isAppError(error) || error.code === 'internal') throw error
    return error.message
  }
}
