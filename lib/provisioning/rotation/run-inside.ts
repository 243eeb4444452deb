import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { byId } from '../../db/queries/engine/deployments'
import { nodeOfService } from '../../db/queries/snapshots'
import { AppError } from '../../errors'
import { openEnvironment } from '../../secrets/sealed-environment'
import { SERVER_PATH } from '../database/find-program'
import { runCommand } from '../process/run-command'
import type { Engine } from '../engine'
import { homeOf } from '../snapshot/source'

const LIMIT_MS = 30_000

/** Where the server of a database is looked for. */
type Whose = { engine: Engine; place: { serviceId: string; service: string } }

type Program = { argv: readonly string[]; signal: AbortSignal }

/** What a program prints that runs where the server of a database is: in its container, or in the folder of its data. */
export async function runInside({ engine, place }: Whose, deploymentId: string, { argv, signal }: Program): Promise<string> {
  const node = await nodeOfService(engine.db, place.serviceId)
  if (!node) throw new AppError('not_now', `${place.service} has no volume with its data.`)
  const { driver, volumes, name } = await homeOf(engine, node)
  const folder = volumes.where(name)
  if (folder !== null) return runIn(join(folder, 'data'), { argv, env: await environmentOf(engine, deploymentId), signal })
  const server = (await driver.observe(node.environmentId, signal)).find((seen) => seen.deploymentId === deploymentId && seen.phase === 'running')
  if (!server || !driver.printed) throw new AppError('not_now', `${place.service} does not run at the moment.`)
  return text(await driver.printed(server, argv, signal))
}

async function environmentOf({ db, seal }: Engine, deploymentId: string): Promise<Record<string, string>> {
  const deployment = await byId(db, deploymentId)
  return deployment?.environmentSealed ? openEnvironment(seal, deployment.id, deployment.environmentSealed).variables : {}
}

async function runIn(cwd: string, { argv, env, signal }: Program & { env: Record<string, string> }): Promise<string> {
  const lines = { stdout: [] as string[], stderr: [] as string[] }
  const { code } = await runCommand({ argv, cwd, env: { ...env, PATH: SERVER_PATH, LC_ALL: 'C.UTF-8' }, onLine: (stream, line) => lines[stream].push(line), signal, timeoutMs: LIMIT_MS })
  if (code !== 0) throw new Error(lines.stderr.at(-1) ?? `${argv[0]} ended with code ${code}.`)
  return lines.stdout.join('\n')
}
