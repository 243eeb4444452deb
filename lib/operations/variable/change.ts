import { configureAll, type ServiceRow } from '../../db/queries/services'
import { expressionComplaint } from '../../domain/expression'
import { PLATFORM_KEYS, resolveVariables, SHARED } from '../../domain/reference'
import { AppError } from '../../errors'
import { announce } from '../../events/announce'
import type { PlainVariables } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { compareVariables, type Comparison, type WantedVariable } from './compare'
import { presentOf, writeTo, type Holder } from './holder'
import { loadLandscape, referringIn, servicesChangedBy, worldOf, type Landscape } from './landscape'

/** What replacing the variables of a holder would do. Refuses what could never be filled in, and writes nothing. */
export async function prepareChange(ctx: ScopedCtx, holder: Holder, wanted: Readonly<Record<string, WantedVariable>>): Promise<{ comparison: Comparison; land: Landscape }> {
  const comparison = compareVariables(await presentOf(ctx, holder), wanted)
  return { comparison, land: await demandPossible(ctx, holder, comparison) }
}

/** Refuses a change that could never be filled in, or that others would miss. */
export async function demandPossible(ctx: ScopedCtx, holder: Holder, comparison: Comparison): Promise<Landscape> {
  const land = await loadLandscape(ctx, holder.environmentId)
  refuse(comparison.problems)
  refuseUnreadable(comparison)
  refuseUnresolvable(ctx, { holder, land, ...comparison })
  refuseStillUsed(ctx, { holder, land, removed: comparison.removed })
  return land
}

/** Replaces the variables of a holder. Every service whose values change with them counts as changed. */
export async function replaceIn(ctx: ScopedCtx, holder: Holder, wanted: Readonly<Record<string, WantedVariable>>): Promise<Comparison> {
  const { comparison, land } = await prepareChange(ctx, holder, wanted)
  await applyChange(ctx, holder, { ...comparison, land })
  return comparison
}

/** Writes a change that was found to be well. */
export async function applyChange(ctx: ScopedCtx, holder: Holder, change: { next: PlainVariables; set: string[]; removed: string[]; land: Landscape }): Promise<void> {
  const keys = [...change.set, ...change.removed]
  if (keys.length === 0) return
  await writeTo(ctx, holder, change)
  await configureAll(ctx.db, servicesChangedBy(ctx, change.land, { name: holder.name, keys }).map(({ id }) => id))
  await announce(ctx.db, { kind: 'graph', environmentId: holder.environmentId })
}

function refuse(problems: Readonly<Record<string, string>>): void {
  const [first] = Object.entries(problems)
  if (!first) return
  const fields = Object.fromEntries(Object.entries(problems).map(([key, message]) => [`variables.${key}`, message]))
  throw new AppError('invalid_input', `${first[0]}: ${first[1]}`, { fields })
}

function refuseUnreadable({ next, set }: Comparison): void {
  refuse(Object.fromEntries(set.flatMap((key) => {
    const complaint = expressionComplaint(next[key]!.value)
    return complaint === null ? [] : [[key, complaint]]
  })))
}

type Intended = { holder: Holder; land: Landscape; next: PlainVariables; set: string[] }

/** Circles, references to nothing, and what would become too long. What was there before is left in peace: its owner may mend it elsewhere. */
function refuseUnresolvable(ctx: ScopedCtx, { holder, land, next, set }: Intended): void {
  const world = worldOf(ctx, land, { name: holder.name, variables: next })
  const all = resolveVariables(holder.name, world, set)
  if (all.ok) return
  const problems = set.flatMap((key) => {
    const alone = resolveVariables(holder.name, world, [key])
    return alone.ok ? [] : [[key, alone.message] as const]
  })
  refuse(Object.fromEntries(problems.length === 0 ? [[all.key, all.message]] : problems))
}

/** Refuses what no later drawing could fill in, in the variables that a service has by now. */
export async function refuseCircles(ctx: ScopedCtx, service: Pick<ServiceRow, 'name' | 'environmentId'>, variables: PlainVariables): Promise<void> {
  const world = worldOf(ctx, await loadLandscape(ctx, service.environmentId), { name: service.name, variables })
  const problems = Object.keys(variables).flatMap((key) => {
    const found = resolveVariables(service.name, world, [key])
    return found.ok || found.reason === 'nothing' ? [] : [[key, found.message] as const]
  })
  refuse(Object.fromEntries(problems))
}

/** The same for what was removed already, together with other changes. */
export async function refuseLost(ctx: ScopedCtx, service: Pick<ServiceRow, 'name' | 'environmentId'>, removed: string[]): Promise<void> {
  refuseStillUsed(ctx, { holder: service, land: await loadLandscape(ctx, service.environmentId), removed })
}

/** A variable that others refer to does not go: they could not be deployed any more. */
function refuseStillUsed(ctx: ScopedCtx, { holder, land, removed }: { holder: Pick<Holder, 'name'>; land: Landscape; removed: string[] }): void {
  if (removed.length === 0) return
  const others = referringIn(ctx, land).filter((variable) => variable.service !== holder.name)
  const isStillOffered = (key: string) => holder.name !== SHARED && Object.hasOwn(PLATFORM_KEYS, key)
  const problems = removed.filter((key) => !isStillOffered(key)).flatMap((key) => {
    const users = others.filter(({ references }) => references.some((reference) => reference.service === holder.name && reference.key === key)).map((user) => `${user.service}.${user.key}`)
    return users.length === 0 ? [] : [[key, `Cannot be removed: ${users.slice(0, 3).join(', ')}${users.length > 3 ? ` and ${users.length - 3} more` : ''} ${users.length === 1 ? 'refers' : 'refer'} to it. Change that first.`] as const]
  })
  refuse(Object.fromEntries(problems))
}
