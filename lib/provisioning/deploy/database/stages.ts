import { mkdir } from 'node:fs/promises'

import { add } from '../../../db/queries/engine/artifacts'
import * as stages from '../../../db/queries/engine/stages'
import { databaseWords, isVersion } from '../../../domain/engine/engines'
import { DeploymentFailure } from '../../../domain/failure'
import type { Source } from '../../../contract/source'
import { findEngine } from '../../database/find-engines'
import type { Run } from '../run'
import { skip, stage } from '../stage'
import { artifactIdOf } from '../stages/build'

// A database on a target that runs processes has nothing to build: its artifact is an empty folder to run in, and says which
// program of the machine it was made for. Where images run, it is the engine's official image; see deploy/image.

export async function makeDatabase(run: Run, source: Extract<Source, { type: 'database' }>): Promise<void> {
  await stage(run, 'fetch', (within) => findServer(within, source))
  await skip(run, ['detect', 'install', 'build'])
}

async function findServer(run: Run, { engine: name, version }: Extract<Source, { type: 'database' }>): Promise<void> {
  const { engine, deployment, log, signal } = run
  const found = await findEngine(name, signal)
  if (found.version === null) throw new DeploymentFailure('engine_missing', found.missing)
  if (!isVersion(version, found.version)) {
    throw new DeploymentFailure('engine_missing', `This database is ${databaseWords({ engine: name, version })}, and this machine has ${found.version}. Install version ${version} there, or use an environment on a Docker target.`)
  }
  log.line('platform', `${databaseWords({ engine: name, version: found.version })} of this machine. A database has nothing to build.`)
  const id = artifactIdOf(deployment.id)
  await mkdir(engine.paths.artifact(id), { recursive: true })
  await engine.db.transaction(async (tx) => {
    await add(tx, { id, serviceId: deployment.serviceId, start: { kind: 'command', argv: [name, found.version], env: {} }, workingDirectory: '', sizeBytes: 0, builtWith: {} }, deployment.id)
    // Here and not afterwards: whoever goes on with a deployment that has its artifact builds nothing.
    await stages.finish(tx, deployment.id, 'fetch', { status: 'done', error: null, at: engine.now() })
  })
  deployment.artifactId = id
}
