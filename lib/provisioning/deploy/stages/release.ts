import { access } from 'node:fs/promises'

import { byId as artifactById } from '../../../db/queries/engine/artifacts'
import type { Db } from '../../../db/connection'
import * as deployments from '../../../db/queries/engine/deployments'
import * as stages from '../../../db/queries/engine/stages'
import { ENGINES } from '../../../domain/engine/engines'
import { DeploymentFailure } from '../../../domain/failure'
import { announce } from '../../../events/announce'
import { record } from '../../../events/record'
import { enqueue } from '../../../queue/jobs'
import { openEnvironment, sealEnvironment } from '../../../secrets/sealed-environment'
import { hasPrepare } from '../../../domain/prepare'
import { demandImage } from '../image/present'
import { resolveEnvironment } from '../resolve-environment'
import type { Run } from '../run'

const MOST_NAMES = 8

/**
 * Makes the deployment what its service should run, if nothing newer took its place; the reconciler does the rest. One
 * transaction: done twice, the second time finds the deployment released and changes nothing.
 */
export async function releaseStage(run: Run): Promise<void> {
  const { engine, deployment, place } = run
  demandData(run)
  await demandArtifact(run)
  const environment = await resolveEnvironment(run, 'run')
  const at = engine.now()
  await engine.db.transaction(async (tx) => {
    const service = await deployments.lockService(tx, deployment.serviceId)
    const status = await deployments.lockStatus(tx, deployment.id)
    if (!service || (status !== 'queued' && status !== 'building')) return
    const about = { subject: place.service, organizationId: place.organizationId, projectId: place.projectId, environmentId: place.environmentId, serviceId: place.serviceId }
    if (await deployments.isOvertaken(tx, deployment)) {
      await deployments.supersede(tx, deployment.id, at)
      await stages.endRunning(tx, deployment.id, { status: 'cancelled', error: null, at })
      await record(tx, 'platform', { ...about, type: 'deployment.superseded', deploymentId: deployment.id })
    } else {
      for (const id of await deployments.supersedeOtherReleases(tx, deployment, at)) await record(tx, 'platform', { ...about, type: 'deployment.superseded', deploymentId: id })
      const knownAs = await formerNames(tx, run)
      await deployments.makeTarget(tx, deployment, { environmentSealed: sealEnvironment(engine.seal, deployment.id, { ...environment, knownAs }), reaches: environment.reaches ?? [], at })
      // Here and not afterwards: a worker that dies now has nothing left to do.
      await stages.finish(tx, deployment.id, 'release', { status: 'done', error: null, at })
      await stages.start(tx, deployment.id, hasPrepare(deployment) ? 'prepare' : 'start', at)
      await record(tx, 'platform', { ...about, type: 'deployment.releasing', deploymentId: deployment.id })
      await enqueue(tx, { task: 'reconcile', environmentId: place.environmentId })
    }
    await announce(tx, { kind: 'deployment', environmentId: place.environmentId, deploymentId: deployment.id })
    await announce(tx, { kind: 'graph', environmentId: place.environmentId })
  })
}

/** What the version that serves is called and was called before, without what it is called now. */
async function formerNames(tx: Db, { engine, deployment, place }: Run): Promise<string[]> {
  const former = await deployments.servingEnvironment(tx, deployment.serviceId)
  if (!former) return []
  const { variables, knownAs = [] } = openEnvironment(engine.seal, former.id, former.sealed)
  const names = [...knownAs, variables['EASEL_SERVICE'] ?? place.service]
  return [...new Set(names.reverse())].reverse().filter((name) => name !== place.service).slice(-MOST_NAMES)
}

/** Without its volume a database would begin anew with every version. */
function demandData({ deployment: { spec } }: Run): void {
  if (spec.source.type !== 'database') return
  const { dataPath, word } = ENGINES[spec.source.engine]
  if (spec.mounts?.some(({ path }) => path === dataPath)) return
  throw new DeploymentFailure('volume_missing', `${word} keeps its data in a volume at ${dataPath}, and none is attached there. Attach one at that path, then deploy again.`)
}

async function demandArtifact(run: Run): Promise<void> {
  const { engine, deployment, target } = run
  const artifact = deployment.artifactId === null ? null : await artifactById(engine.db, deployment.artifactId)
  if (artifact?.kind === 'image' && artifact.removedAt === null) return demandImage(run, artifact)
  if (artifact && target.driver.capabilities.artifacts === 'images') throw new DeploymentFailure('artifact_missing', 'The kept build of this deployment is a folder, and the target of its environment runs images. Deploy again.')
  const isThere = artifact !== null && artifact.removedAt === null && (await access(engine.paths.artifact(artifact.id)).then(() => true, () => false))
  if (!isThere) throw new DeploymentFailure('artifact_missing', 'The kept build of this deployment is no longer there. Deploy again.')
}
