import { ofEnvironments as servicesOf, type PlacedService } from '../../db/queries/services'
import * as shared from '../../db/queries/shared-variables'
import * as variables from '../../db/queries/variables'
import { offeredToOthers, peopleUrl } from '../../domain/address'
import { dependantsOf, SHARED, type ReferenceWorld, type Referring } from '../../domain/reference'
import { referenceWorld } from '../../secrets/reference-world'
import type { PlainVariables } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'
import { referencesOf } from './references-of'

/** Everything in one environment that variables can be about. */
export type Landscape = {
  services: readonly PlacedService[]
  variables: readonly variables.VariableRow[]
  shared: readonly shared.SharedVariableRow[]
}

type Reading = Pick<Ctx, 'db' | 'seal' | 'config'>

/** Reads it, values sealed: three queries. */
export async function loadLandscape(ctx: Pick<Ctx, 'db'>, environmentId: string): Promise<Landscape> {
  return { services: await servicesOf(ctx.db, [environmentId]), variables: await variables.ofEnvironments(ctx.db, [environmentId]), shared: await shared.ofEnvironments(ctx.db, [environmentId]) }
}

/** It as references see it, with some variables as they are about to be. */
export function worldOf(ctx: Reading, land: Landscape, instead: { name: string; variables: PlainVariables }): ReferenceWorld {
  const services = land.services.map((service) => ({
    name: service.name,
    offers: offeredToOthers({ ...service, publicUrl: peopleUrl(service, ctx.config.ingress) }),
    variables: land.variables.filter((row) => row.serviceId === service.id),
  }))
  return referenceWorld(ctx.seal, { services, shared: land.shared, instead }).world
}

/** Every variable with what it refers to. */
export function referringIn(ctx: Pick<Ctx, 'seal'>, land: Landscape): Referring[] {
  const nameById = new Map(land.services.map(({ id, name }) => [id, name]))
  return [
    ...land.variables.map((row) => ({ service: nameById.get(row.serviceId)!, key: row.key, references: referencesOf(ctx.seal, row) })),
    ...land.shared.map((row) => ({ service: SHARED, key: row.key, references: referencesOf(ctx.seal, row) })),
  ]
}

/** Services whose variables change with some keys of an owner. */
export function servicesChangedBy(ctx: Pick<Ctx, 'seal'>, land: Landscape, { name, keys }: { name: string; keys: Iterable<string> }): PlacedService[] {
  const names = dependantsOf(name, keys, referringIn(ctx, land))
  return land.services.filter((service) => names.has(service.name))
}
