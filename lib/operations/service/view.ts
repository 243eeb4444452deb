import type { ServiceView } from '../../contract/service'
import { find } from '../../db/queries/services'
import { privateUrl } from '../../domain/address'
import { notFound } from '../../errors'
import type { Ctx } from '../context'
import { toNode } from './node'
import { portray, type Portrait } from './portrait'

/** A service as its panel shows it. */
export function toServiceView(portrait: Portrait, ingress: { domain: string; port: number }): ServiceView {
  const { service } = portrait
  return {
    ...toNode(portrait, ingress),
    environmentId: service.environmentId,
    projectId: service.projectId,
    privateUrl: privateUrl(service.privatePort),
    settings: service.settings,
    inspection: service.inspection,
    createdAt: service.createdAt.toISOString(),
  }
}

/** Reads a service and shows it; `not_found` when it is being deleted. */
export async function serviceView(ctx: Pick<Ctx, 'db' | 'config'>, id: string): Promise<ServiceView> {
  const service = await find(ctx.db, id)
  if (!service) throw notFound('service')
  const [portrait] = await portray(ctx.db, [service])
  return toServiceView(portrait!, ctx.config.ingress)
}
