import * as rotations from '../../db/queries/rotations'
import { find } from '../../db/queries/services'
import { openRestore } from '../../db/queries/snapshots'
import * as volumes from '../../db/queries/volumes'
import { isProgressing } from '../../domain/deployment-status'
import { ENGINES } from '../../domain/engine/engines'
import { notFound } from '../../errors'
import { usersOf } from '../../secrets/credential-users'
import { openEnvironment } from '../../secrets/sealed-environment'
import type { ScopedCtx } from '../context'

type Named = { serviceId: string; name: string }
type Outlook = { cannotRotate: string | null; redeploys: Named[]; stopped: Named[] }

/** What rotating the credentials of a database would do now, or why it cannot be begun. */
export async function outlookOf(ctx: Pick<ScopedCtx, 'db' | 'seal'>, serviceId: string): Promise<Outlook> {
  const service = await find(ctx.db, serviceId)
  if (!service) throw notFound('service')
  const none = (cannotRotate: string): Outlook => ({ cannotRotate, redeploys: [], stopped: [] })
  if (service.source.type !== 'database') return none('Only a database has a password that is rotated.')
  const { engine } = service.source
  const { word, login, rotates } = ENGINES[engine]
  if (!rotates) return none(`The password of ${word} cannot be rotated while it is used. Change it in ${word} and in the variable ${login.password}, then deploy who uses it.`)
  if ((await rotations.openOf(ctx.db, serviceId)) !== null) return none(`The password of ${service.name} is being rotated already. Wait until that has ended, or cancel it.`)
  for (const volume of await volumes.ofService(ctx.db, serviceId)) {
    if (await openRestore(ctx.db, { volumeId: volume.id })) return none(`${service.name} is being restored. Wait until that has ended.`)
  }
  const released = await rotations.releasedIn(ctx.db, service.environmentId)
  const own = released.filter((one) => one.serviceId === serviceId)
  const serving = own.find(({ status }) => status === 'active')
  const password = serving?.environmentSealed ? openEnvironment(ctx.seal, serving.deploymentId, serving.environmentSealed).variables[login.password] : undefined
  const users = password === undefined ? [] : usersOf(ctx.seal, released.filter((one) => one.serviceId !== serviceId), password)
  const named = (desired: string) => [...new Map(users.filter((user) => user.desired === desired).map((user) => [user.serviceId, { serviceId: user.serviceId, name: user.name }])).values()]
  return { cannotRotate: complaint({ name: service.name, isOnItsWay: own.some(({ status }) => isProgressing(status)), isStopped: service.desired !== 'running', isServing: password !== undefined }), redeploys: named('running'), stopped: named('stopped') }
}

function complaint({ name, isOnItsWay, isStopped, isServing }: { name: string; isOnItsWay: boolean; isStopped: boolean; isServing: boolean }): string | null {
  if (isOnItsWay) return `A deployment of ${name} is on its way. Wait until it has ended.`
  if (isStopped) return `${name} is stopped, so it cannot be told another password. Start it first.`
  return isServing ? null : `Nothing of ${name} is deployed, so nobody uses its password yet. Change it in its variables.`
}
