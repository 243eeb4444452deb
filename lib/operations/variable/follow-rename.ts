import { holdFrozen, refreeze } from '../../db/queries/deployments'
import type { ServiceRow } from '../../db/queries/services'
import * as shared from '../../db/queries/shared-variables'
import * as variables from '../../db/queries/variables'
import { followNames } from '../../domain/rename-reference'
import { openFrozen, openVariable, sealFrozen, sealVariable } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'
import { referencesOf } from './references-of'

/** Lets the references to a service follow it to its new name. What they give stays the same, so nothing counts as changed. */
export async function followRename(ctx: Pick<Ctx, 'db' | 'seal'>, service: Pick<ServiceRow, 'name' | 'environmentId'>, name: string): Promise<void> {
  const names = new Map([[service.name, name]])
  for (const rows of [await variables.ofEnvironments(ctx.db, [service.environmentId]), await shared.ofEnvironments(ctx.db, [service.environmentId])]) {
    for (const row of rows) {
      if (!referencesOf(ctx.seal, row).some((reference) => reference.service === service.name)) continue
      const valueSealed = sealVariable(ctx.seal, row, followNames(openVariable(ctx.seal, row), names))
      if ('serviceId' in row) await variables.reseal(ctx.db, row.id, valueSealed)
      else await shared.reseal(ctx.db, row.id, valueSealed)
    }
  }
  await followFrozen(ctx, service.environmentId, names)
}

/** What was deployed is released again as it was written then: when it is rolled back to, or follows a new password. */
async function followFrozen(ctx: Pick<Ctx, 'db' | 'seal'>, environmentId: string, names: ReadonlyMap<string, string>): Promise<void> {
  for (const { id, sealed } of await holdFrozen(ctx.db, environmentId)) {
    const frozen = openFrozen(ctx.seal, id, sealed)
    const followed = Object.fromEntries(Object.entries(frozen).map(([key, variable]) => [key, { ...variable, value: followNames(variable.value, names) }]))
    if (Object.entries(frozen).some(([key, { value }]) => followed[key]!.value !== value)) await refreeze(ctx.db, id, sealFrozen(ctx.seal, id, followed))
  }
}
