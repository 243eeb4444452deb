import { ofService } from '../../db/queries/variables'
import { openVariable, type PlainVariables } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'

/** The variables of a service with their values, references as they were written. */
export async function presentVariables(ctx: Pick<Ctx, 'db' | 'seal'>, serviceId: string): Promise<PlainVariables> {
  const rows = await ofService(ctx.db, serviceId)
  return Object.fromEntries(rows.map((row) => [row.key, { value: openVariable(ctx.seal, row), secret: row.secret }]))
}
