import type { z } from 'zod'

import type { environmentCompose } from '../../contract/compose'
import { ServiceSettings } from '../../contract/service-settings'
import type { Source } from '../../contract/source'
import type { PlacedEnvironment } from '../../db/queries/environments'
import { drawn } from '../../db/queries/services'
import { namesIn } from '../../db/queries/volumes'
import { readCompose, type ComposeReading, type ComposeService } from '../../domain/compose/read'
import { firstFree } from '../../domain/name'
import { followNames } from '../../domain/rename-reference'
import { SHARED } from '../../domain/reference'
import { hasNetwork } from '../../domain/target'
import { AppError, isAppError } from '../../errors'
import type { ScopedCtx } from '../context'
import { offersOf } from '../database/offers'
import { DATABASE_SETTINGS } from '../database/settings'
import { checkSettings } from '../service/check-settings'
import { checkSource } from '../service/check-source'
import { keyOf } from '../service/draw'

type Wish = z.output<typeof environmentCompose.input>

export type PlannedService = Omit<ComposeService, 'settings'> & { /** Free here. */ name: string; settings: ServiceSettings }
/** `name` is free here; `service` is the key of its service. */
export type PlannedVolume = { name: string; service: string; path: string }

/** What a file would draw in an environment, by the names it would have there. */
export type Plan = Pick<ComposeReading, 'problems' | 'notes' | 'asks' | 'profiles'> & { services: PlannedService[]; volumes: PlannedVolume[] }

const LONGEST_NAME = 50

/** Reads a file for an environment that is held, and adds what the environment itself would refuse. */
export async function planOf(ctx: ScopedCtx, environment: PlacedEnvironment, { text, values, profiles, repository }: Wish): Promise<Plan> {
  const { kind } = environment.target
  await refuseKey(ctx, environment, repository)
  const here = { runsImages: hasNetwork(kind), offers: await offersOf(ctx, environment) }
  const reading = readCompose(text, { values, profiles, here, repository: repository ? withoutNothing(repository) : null })
  const names = await freeNames(ctx, environment, reading.services.map(({ key }) => key))
  const services = reading.services.map((service) => ({ ...service, name: names.get(service.key)!, settings: settingsOf(service), variables: renamed(service.variables, names) }))
  for (const service of services) await refuse(ctx, environment, { service, reading })
  return { problems: reading.problems, notes: reading.notes, asks: reading.asks, profiles: reading.profiles, services, volumes: await freeVolumes(ctx, environment.id, reading.volumes) }
}

/** Whether anything is built from it or not. */
async function refuseKey(ctx: ScopedCtx, environment: PlacedEnvironment, repository: Wish['repository']): Promise<void> {
  if (!repository) return
  try {
    await checkSource(ctx, withoutNothing(repository), environment)
  } catch (error) {
    if (!isAppError(error)) throw error
    const named = (text: string) => text.replace(/^source(\.\w+)?/, (_, field: string | undefined) => `repository${field ?? '.url'}`)
    throw new AppError(error.code, named(error.message), { fields: Object.fromEntries(Object.entries(error.fields ?? {}).map(([field, message]) => [named(field), message])) })
  }
}

/** A field that is not given is not there. */
function withoutNothing({ url, ref, rootDirectory, sshKeyId }: NonNullable<Wish['repository']>): Extract<Source, { type: 'git' }> {
  return { type: 'git', url, ...(ref === undefined ? {} : { ref }), ...(rootDirectory === undefined ? {} : { rootDirectory }), ...(sshKeyId === undefined ? {} : { sshKeyId }) }
}

function settingsOf({ source, settings }: ComposeService): ServiceSettings {
  return ServiceSettings.parse(source?.type === 'database' ? { ...DATABASE_SETTINGS, ...settings } : settings)
}

async function freeNames({ db }: ScopedCtx, environment: PlacedEnvironment, keys: readonly string[]): Promise<Map<string, string>> {
  const same = keyOf(environment.target.kind)
  const taken = new Set([SHARED, ...(await drawn(db, environment.id)).map(({ name }) => same(name))])
  return new Map(keys.map((key) => {
    const name = firstFree(key.slice(0, LONGEST_NAME), (candidate) => taken.has(same(candidate)))
    taken.add(same(name))
    return [key, name]
  }))
}

async function freeVolumes({ db }: ScopedCtx, environmentId: string, volumes: ComposeReading['volumes']): Promise<PlannedVolume[]> {
  const taken = new Set(await namesIn(db, environmentId))
  return volumes.map((volume) => {
    const name = firstFree(volume.name, (candidate) => taken.has(candidate.toLowerCase()))
    taken.add(name.toLowerCase())
    return { ...volume, name }
  })
}

function renamed(variables: ComposeService['variables'], names: ReadonlyMap<string, string>): ComposeService['variables'] {
  return Object.fromEntries(Object.entries(variables).map(([key, { value, secret }]) => [key, { value: value === null ? null : followNames(value, names), secret }]))
}

async function refuse(ctx: ScopedCtx, environment: PlacedEnvironment, { service, reading }: { service: PlannedService; reading: ComposeReading }): Promise<void> {
  const { source, settings, key, line } = service
  try {
    if (source === null) return
    await checkSource(ctx, source, environment)
    checkSettings(settings, source, { kind: environment.target.kind, volumes: reading.volumes.filter((volume) => volume.service === key).map(({ name }) => name) })
  } catch (error) {
    if (!isAppError(error)) throw error
    // Images that cannot run here were told where they stand.
    if (!reading.problems.some((problem) => problem.line >= line && source?.type === 'image' && !hasNetwork(environment.target.kind))) reading.problems.push({ line, column: 1, message: `${key}: ${error.message}` })
  }
}
