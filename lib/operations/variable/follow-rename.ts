import type { ServiceRow } from '../../db/queries/services'
import * as shared from '../../db/queries/shared-variables'
import * as variables from '../../db/queries/variables'
import { followNames } from '../../domain/rename-reference'
import { openVariable, sealVariable } from '../../secrets/sealed-variables'
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
}
