import type { ServiceRow } from '../../db/queries/services'
import { ofEnvironments, reseal } from '../../db/queries/variables'
import { followNames } from '../../domain/rename-reference'
import { openVariable, sealVariable } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'
import { referredServices } from './referred-services'

/** Lets the references to a service follow it to its new name. What they give stays the same, so nothing counts as changed. */
export async function followRename(ctx: Pick<Ctx, 'db' | 'seal'>, service: Pick<ServiceRow, 'name' | 'environmentId'>, name: string): Promise<void> {
  const names = new Map([[service.name, name]])
  for (const row of await ofEnvironments(ctx.db, [service.environmentId])) {
    if (!referredServices(ctx.seal, row).includes(service.name)) continue
    const value = followNames(openVariable(ctx.seal, row), names)
    await reseal(ctx.db, row.id, sealVariable(ctx.seal, row, value))
  }
}
