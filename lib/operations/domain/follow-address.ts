import { siteHostsOf } from '../../db/queries/site-host'
import { configureAll } from '../../db/queries/services'
import { announce } from '../../events/announce'
import type { Ctx } from '../context'
import { loadLandscape, referringIn, servicesChangedBy } from '../variable/landscape'

type Following = Pick<Ctx, 'db' | 'seal'>

/**
 * Does something that may change the address for people of these services, in a transaction. Where it did, the services whose variables
 * refer to that address count as changed: what they run with names the former one until they are deployed again. What the platform
 * itself tells a service of its own address (EASEL_PUBLIC_URL) comes with its next deployment and marks nothing.
 */
export async function followAddress<T>(ctx: Following, { environmentId, serviceIds }: { environmentId: string; serviceIds: readonly string[] }, work: () => Promise<T>): Promise<T> {
  const before = await siteHostsOf(ctx.db, serviceIds)
  const result = await work()
  const after = await siteHostsOf(ctx.db, serviceIds)
  const moved = serviceIds.filter((id) => before.get(id) !== after.get(id))
  if (moved.length === 0) return result
  const land = await loadLandscape(ctx, environmentId)
  const referring = referringIn(ctx, land)
  const changed = land.services.filter(({ id }) => moved.includes(id)).flatMap((service) => {
    const keys = ['PUBLIC_URL']
    // `servicesChangedBy` leaves the owner out, because whoever changes its variables changes it; here it may be one of those that refer.
    const isOwn = referring.some((variable) => variable.service === service.name && variable.references.some((each) => each.service === service.name && keys.includes(each.key)))
    return [...servicesChangedBy(ctx, land, { name: service.name, keys }), ...(isOwn ? [service] : [])]
  })
  const ids = [...new Set(changed.map(({ id }) => id))].sort()
  if (ids.length === 0) return result
  await configureAll(ctx.db, ids)
  await announce(ctx.db, { kind: 'graph', environmentId })
  return result
}
