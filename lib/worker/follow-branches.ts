import { followed, holdFollowed, type Followed } from '../db/queries/engine/followed'
import { ofEnvironment } from '../db/queries/engine/neighbours'
import { ofService } from '../db/queries/engine/places'
import { queueDeployment } from '../provisioning/deploy/queue-deployment'
import { openSshKey } from '../provisioning/deploy/stages/fetch'
import type { Engine } from '../provisioning/engine'
import { remoteHead } from '../provisioning/source/remote-head'
import { openVariable } from '../secrets/sealed-variables'

// Deploys services by themselves when their branch has moved. Git is asked without fetching; a repository that does not
// answer is asked again in the next round, and a commit that failed is not tried again.

const AT_ONCE = 4

/** Looks at every service that follows its branch, once. */
export async function followBranches(engine: Engine, shutdown: AbortSignal): Promise<void> {
  const waiting = await followed(engine.db)
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next && !shutdown.aborted; next = waiting.shift()) {
      const { id } = next
      await followOne(engine, next, shutdown).catch((cause: unknown) => engine.log.warn({ service: id, cause }, 'a branch could not be looked at, will look again'))
    }
  })
  await Promise.all(lanes)
}

async function followOne(engine: Engine, service: Followed, signal: AbortSignal): Promise<void> {
  const { config, paths } = engine
  const sshPrivateKey = await openSshKey(engine, service.organizationId, service.source)
  const head = await remoteHead({ source: service.source, directory: paths.build(`head-${service.id}`), localSources: config.localSources, repositoriesDirectory: paths.repositories, sshPrivateKey, signal })
  if (head === null || head === service.commit) return
  await deployFollowed(engine, service.id, 'a branch has moved, deploying')
}

/** Queues a deployment of what a service is set to now, unless it must not be deployed by itself any more. */
export async function deployFollowed({ db, seal, now, log }: Engine, serviceId: string, why: string): Promise<void> {
  const place = await ofService(db, serviceId)
  if (!place) return
  await db.transaction(async (tx) => {
    const service = await holdFollowed(tx, serviceId)
    if (!service) return
    const own = (await ofEnvironment(tx, service.environmentId)).find((neighbour) => neighbour.id === serviceId)!
    const { organizationId, projectId, environmentId } = place
    const id = await queueDeployment(tx, seal, {
      serviceId,
      trigger: 'automatic',
      spec: { source: service.source, settings: service.settings, ref: null },
      variables: Object.fromEntries(own.variables.map((row) => [row.key, { value: openVariable(seal, row), secret: row.secret }])),
      configRevision: service.configRevision,
      reused: null,
      about: { subject: service.name, organizationId, projectId, environmentId },
      at: now(),
    })
    log.info({ service: serviceId, deployment: id }, why)
  })
}
