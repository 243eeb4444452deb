import type { ServiceView } from '../../contract/service'
import { find } from '../../db/queries/services'
import { privateUrl } from '../../domain/address'
import { notFound } from '../../errors'
import type { Ctx } from '../context'
import { toNode, type Here } from './node'
import { portray, type Portrait } from './portrait'

type HereWithHost = Here & { ingress: { host: string } }

/** A service as its panel shows it. */
export function toServiceView(portrait: Portrait, here: HereWithHost): ServiceView {
  const { service } = portrait
  return {
    ...toNode(portrait, here),
    environmentId: service.environmentId,
    projectId: service.projectId,
    privateUrl: privateUrl(service),
    publicAccess: service.exposure === null || service.publicPort === null ? null : { host: here.ingress.domain, port: service.publicPort, allow: service.exposure.allow, isHere: isLoopback(here.ingress.host) },
    settings: service.settings,
    inspection: service.inspection,
    createdAt: service.createdAt.toISOString(),
  }
}

/** Reads a service and shows it; `not_found` when it is being deleted. */
export async function serviceView(ctx: Pick<Ctx, 'db' | 'config' | 'now'>, id: string): Promise<ServiceView> {
  const service = await find(ctx.db, id)
  if (!service) throw notFound('service')
  const [portrait] = await portray(ctx.db, [service])
  return toServiceView(portrait!, { ingress: ctx.config.ingress, now: ctx.now() })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
