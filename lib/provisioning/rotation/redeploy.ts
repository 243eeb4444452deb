import { wholeById } from '../../db/queries/engine/former'
import { ofService } from '../../db/queries/engine/places'
import * as rotations from '../../db/queries/rotations'
import { lock } from '../../db/queries/services'
import { isProgressing } from '../../domain/deployment-status'
import type { Dependant } from '../../domain/rotation'
import { formatReference } from '../../domain/reference'
import { usersOf } from '../../secrets/credential-users'
import { openFrozen } from '../../secrets/sealed-variables'
import { LoginRefused } from '../database/login-refused'
import { queueDeployment } from '../deploy/queue-deployment'
import { letIn } from './admit'
import { advance, credentialsOf, inTransaction, RotationFailure, waitFor, type StepEnd, type Turn } from './turn'

type User = rotations.ReleasedRow & { keys: string[] }

/** One service after the other, those before that others refer to, until nothing that lives has the unwanted password. */
export async function redeploy(turn: Turn): Promise<StepEnd> {
  const { engine, place } = turn
  const password = credentialsOf(turn).unwanted.login.password
  const released = (await rotations.releasedIn(engine.db, place.environmentId)).filter(({ serviceId }) => serviceId !== place.serviceId)
  const [next] = usersOf(engine.seal, released, password).filter(({ desired }) => desired === 'running')
  if (next) {
    const isOnItsWay = released.some(({ serviceId, status }) => serviceId === next.serviceId && isProgressing(status))
    return isOnItsWay ? 'wait' : renew(turn, next)
  }
  const living = usersOf(engine.seal, (await rotations.livingIn(engine.db, place.environmentId)).filter(({ serviceId }) => serviceId !== place.serviceId), password)
  if (living.length > 0) return waitFor(turn, `Waits until ${[...new Set(living.map(({ name }) => name))].join(', ')} ${living.length === 1 ? 'has' : 'have'} ended what was begun before.`)
  return advance(turn, { to: 'revoke' })
}

async function renew(turn: Turn, user: User): Promise<StepEnd> {
  const asked = turn.rotation.dependants.find(({ serviceId }) => serviceId === user.serviceId)?.deploymentId ?? null
  const deployment = asked === null ? null : await wholeById(turn.engine.db, asked)
  if (deployment?.status === 'failed' || deployment?.status === 'cancelled') {
    const why = deployment.status === 'cancelled' ? 'was cancelled' : `failed: ${deployment.failureMessage ?? 'nobody knows why.'}`
    throw new RotationFailure(`Deployment ${deployment.number} of ${user.name} ${why.replace(/([^.])$/, '$1.')} Both passwords are valid, so nothing is interrupted. Mend ${user.name} and try again, or cancel.`, user.serviceId)
  }
  if (deployment?.id === user.deploymentId) throw new RotationFailure(stillHas(turn, user), user.serviceId)
  // Whoever starts with it shall get in. Where the other one is changed by hand, the deployment says whether this one is valid.
  await letIn(turn).catch((error: unknown) => {
    if (!(error instanceof LoginRefused)) throw error
  })
  await queue(turn, user)
  return 'wait'
}

/** What is not written as a reference does not follow. */
function stillHas({ place, facts, rotation }: Turn, { name, keys }: User): string {
  return `${name} still has the ${rotation.isReturning ? 'new' : 'former'} password after its redeployment, in ${keys.join(', ')}, where it is written out. Let it refer to the database, such as ${formatReference(place.service, facts.urlKey)}, deploy ${name} and try again.`
}

/** The version that serves once more, with what it refers to as of now: what is changed and not deployed stays for later. */
async function queue(turn: Turn, user: User): Promise<void> {
  const { engine, rotation } = turn
  const place = await ofService(engine.db, user.serviceId)
  if (!place) return
  const { service: subject, organizationId, projectId, environmentId } = place
  await inTransaction(turn, async (tx) => {
    const service = await lock(tx, user.serviceId)
    const former = await wholeById(tx, user.deploymentId)
    if (service?.desired !== 'running' || service.activeDeploymentId !== user.deploymentId || !former) return
    const deploymentId = await queueDeployment(tx, engine.seal, {
      serviceId: service.id,
      trigger: 'redeploy',
      spec: former.spec,
      variables: openFrozen(engine.seal, former.id, former.variablesSealed),
      configRevision: former.configRevision,
      reused: former,
      about: { subject, organizationId, projectId, environmentId },
      at: engine.now(),
    })
    await rotations.change(tx, rotation.id, { dependants: noted(rotation.dependants, { serviceId: service.id, name: service.name, deploymentId }), message: null })
  })
}

/** Also of one that came to use it only after the list was made. */
function noted(dependants: readonly Dependant[], one: Dependant): Dependant[] {
  return dependants.some(({ serviceId }) => serviceId === one.serviceId) ? dependants.map((other) => (other.serviceId === one.serviceId ? one : other)) : [...dependants, one]
}
