import { ofService } from '../../db/queries/variables'
import { openVariables, type PlainVariables } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'

/** The variables of a service with their values, references as they were written. */
export async function presentVariables(ctx: Pick<Ctx, 'db' | 'seal'>, serviceId: string): Promise<PlainVariables> {
  return openVariables(ctx.seal, await ofService(ctx.db, serviceId))
}
