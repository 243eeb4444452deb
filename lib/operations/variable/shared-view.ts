import type { SharedVariablesView } from '../../contract/variable'
import { versionOf } from '../../db/queries/shared-variables'
import { SHARED } from '../../domain/reference'
import { openVariable } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'
import { loadLandscape, servicesChangedBy } from './landscape'
import { referencesView } from './view'

/** The shared variables of an environment, secrets without their value, and who uses them. */
export async function sharedVariablesView(ctx: Pick<Ctx, 'db' | 'seal'>, environmentId: string): Promise<SharedVariablesView> {
  const land = await loadLandscape(ctx, environmentId)
  return {
    version: await versionOf(ctx.db, environmentId),
    variables: land.shared.map((row) => ({
      key: row.key,
      value: row.secret ? null : openVariable(ctx.seal, row),
      secret: row.secret,
      generated: row.generatedSealed !== null,
      usedBy: servicesChangedBy(ctx, land, { name: SHARED, keys: [row.key] }).map(({ name }) => name).sort(),
      updatedAt: row.updatedAt.toISOString(),
    })),
    references: referencesView(land),
  }
}
