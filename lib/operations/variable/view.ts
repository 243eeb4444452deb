import type { VariablesView } from '../../contract/service'
import { find as findEnvironment } from '../../db/queries/environments'
import { find } from '../../db/queries/services'
import { ofService } from '../../db/queries/variables'
import { privateUrl, publicUrl } from '../../domain/address'
import { platformVariables } from '../../domain/platform-variables'
import { notFound } from '../../errors'
import { openVariable } from '../../secrets/sealed-variables'
import type { Ctx } from '../context'

/** The variables of a service, secrets without their value, and what the platform adds. */
export async function variablesView(ctx: Pick<Ctx, 'db' | 'seal' | 'config'>, serviceId: string): Promise<VariablesView> {
  const service = await find(ctx.db, serviceId)
  const environment = service && (await findEnvironment(ctx.db, service.environmentId))
  if (!environment) throw notFound('service')
  const platform = platformVariables({
    port: null,
    publicUrl: publicUrl(service.hostLabel, ctx.config.ingress),
    privateUrl: privateUrl(service),
    project: environment.project.name,
    environment: environment.name,
    service: service.name,
    deploymentId: null,
    commit: null,
  })
  const rows = await ofService(ctx.db, serviceId)
  return {
    revision: service.configRevision,
    variables: rows.map((row) => ({ key: row.key, value: row.secret ? null : openVariable(ctx.seal, row), secret: row.secret, updatedAt: row.updatedAt.toISOString() })),
    platform: platform.map(({ key, value, meaning }) => ({ key, value: value ?? 'known once it is deployed', meaning })),
  }
}
