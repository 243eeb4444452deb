import * as artifacts from '../../db/queries/engine/artifacts'
import * as deployments from '../../db/queries/engine/deployments'
import type { SnapshotNode, SnapshotRow } from '../../db/queries/snapshots'
import { ENGINES, type EngineName } from '../../domain/engine/engines'
import { restoreProblem, whyNotTriedInContainers } from '../../domain/snapshot'
import { AppError } from '../../errors'
import { CONTAINER_COPIES } from '../database/copy/containers'
import { RECIPES } from '../database/recipes'
import type { Engine } from '../engine'
import { trialName, type Trial } from '../runtime/driver'
import { keptOf, unpack } from './pack'
import { removeFolder } from './scratch'
import { variablesOf, type VolumeHome } from './source'
import { storeOf } from './store-of'
import { asVolume } from './to-volume'

// A trial restore where databases run in containers: the image that the database runs is started on the snapshot, with its
// variables and without any network, and read by the image's own client.

type Whose = { row: SnapshotRow; node: SnapshotNode; engineName: EngineName; home: VolumeHome }

/** What was found, as a sentence; throws when it cannot be read. */
export async function tryInContainer(engine: Engine, { row, node, engineName, home }: Whose, signal: AbortSignal): Promise<string> {
  const copy = CONTAINER_COPIES[engineName]
  const { trials } = home.driver
  if (!copy || !trials) throw new AppError('not_now', whyNotTriedInContainers(engineName) ?? 'The target of this environment tries nothing.')
  const problem = restoreProblem({ ...row, format: row.format! }, node.database)
  if (problem !== null) throw new AppError('not_now', problem)
  const { image } = RECIPES[engineName]
  const kept = keptOf(row)
  const env = { ...(await variablesOf(engine, node)), ...image.env }
  const trial = { name: trialName(row.id), ...(await startedAs(engine, node)), argv: image.argv, env, path: ENGINES[engineName].dataPath, probe: copy.probe }
  const content = await unpack(await storeOf(engine, row), { id: row.id, kept }, signal)
  const fresh = { program: engine.databasePrograms.server, env, version: row.version ?? '', folder: '', isOfProcesses: false }
  const unpacked = { content, contentBytes: kept.contentBytes, format: row.format!, engine: engineName, version: row.version }
  return asVolume(unpacked, fresh, signal, (tar) => trials.run(trial, tar, signal, async (inside) => copy.found(await inside(copy.prove))))
}

/** The image that it runs, within its limits. */
async function startedAs({ db }: Engine, { service }: SnapshotNode): Promise<Pick<Trial, 'image' | 'limits'>> {
  const deployment = service?.activeDeploymentId ? await deployments.byId(db, service.activeDeploymentId) : null
  const artifact = deployment?.artifactId ? await artifacts.byId(db, deployment.artifactId) : null
  if (!deployment || !artifact?.image) throw new AppError('not_now', `${service?.name ?? 'It'} was not deployed yet, so there is no image to try its snapshot with. Deploy it, then try again.`)
  return { image: artifact.image.digest ?? artifact.image.id, limits: deployment.spec.settings.limits }
}

/** What is left of a trial that nobody is at. */
export async function removeTrial(engine: Engine, { id, environmentId }: { id: string; environmentId: string | null }): Promise<void> {
  await removeFolder(engine.paths.scratch(id))
  const target = environmentId === null ? null : await engine.targets.ofEnvironment(environmentId)
  await target?.driver.trials?.remove(trialName(id), AbortSignal.timeout(REMOVE_MS))
}

const REMOVE_MS = 60_000
