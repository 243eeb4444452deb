import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { operatorEnvironment } from '../../../config'
import type { DockerConnection, RegistryAuth } from '../../docker/connection'
import { runCommand } from '../../process/run-command'
import { buildProgress } from './build-progress'
import { findBuildkitClient } from './buildkit-client'
import { reach } from './engine-address'
import { explainBuild } from './explain-build'
import type { ImageBuild } from './image-store'
import { credentialsKey } from '../../../domain/image-reference'

/** After SIGTERM the client tells the engine to end the build. */
const GRACE_MS = 10_000

/**
 * Builds an image and answers its id. Secrets are files that only we can read, in a folder that goes with the build.
 * Nothing a person named is in the environment of the client: LD_PRELOAD there would be a way onto this machine.
 */
export async function buildImage(connection: DockerConnection, build: ImageBuild, signal: AbortSignal): Promise<string> {
  const client = await findBuildkitClient(signal)
  const files = await layOut(build)
  const address = await reach(connection, build.workFolder)
  const progress = buildProgress(build.onLine)
  try {
    const { code, timedOut } = await runCommand({
      ...build.bounds,
      // The engine does the work; a client that gives way to everything else only makes it wait.
      niceness: 0,
      argv: [...client.argv, '--progress=plain', ...options(build, files), build.context],
      cwd: build.workFolder,
      env: { ...operatorEnvironment(), HOME: build.workFolder, ...client.env, ...address.env, DOCKER_CONFIG: files.config, PATH: operatorEnvironment().PATH ?? '' },
      onLine: (_, text) => progress.push(text),
      signal,
      timeoutMs: build.timeoutMs,
      graceMs: GRACE_MS,
    })
    signal.throwIfAborted()
    if (code !== 0) throw explainBuild({ ...progress.failed(), timedOut, timeoutMs: build.timeoutMs, mask: build.mask ?? ((text) => text) })
    return (await readFile(files.id, 'utf8')).trim()
  } finally {
    await address.close()
    await rm(build.workFolder, { recursive: true, force: true })
  }
}

type Files = { dockerfile: string; id: string; config: string; secrets: string }

async function layOut({ workFolder, dockerfile, ignore, secrets, auths }: ImageBuild): Promise<Files> {
  await rm(workFolder, { recursive: true, force: true })
  const files: Files = { dockerfile: join(workFolder, 'Dockerfile'), id: join(workFolder, 'id'), config: join(workFolder, 'config'), secrets: join(workFolder, 'secrets') }
  for (const folder of [workFolder, files.config, files.secrets]) await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(workFolder, 0o700)
  await writeFile(files.dockerfile, dockerfile)
  await writeFile(`${files.dockerfile}.dockerignore`, ignore)
  await writeFile(join(files.config, 'config.json'), JSON.stringify(clientConfig(auths)), { mode: 0o600 })
  for (const [name, value] of Object.entries(secrets)) await writeFile(join(files.secrets, name), value, { mode: 0o600 })
  return files
}

/** Credentials of this build and nothing of the operator's; buildx may be installed for that user only. */
function clientConfig(auths: readonly RegistryAuth[]): object {
  return {
    auths: Object.fromEntries(auths.map(({ server, username, password }) => [credentialsKey(server), { auth: Buffer.from(`${username}:${password}`).toString('base64') }])),
    cliPluginsExtraDirs: [join(homedir(), '.docker', 'cli-plugins')],
  }
}

function options(build: ImageBuild, files: Files): string[] {
  return [
    `--file=${files.dockerfile}`,
    `--iidfile=${files.id}`,
    ...(build.stage === null ? [] : [`--target=${build.stage}`]),
    ...Object.entries(build.args).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...Object.keys(build.secrets).map((name) => `--secret=id=${name},src=${join(files.secrets, name)}`),
    ...Object.entries(build.labels).map(([name, value]) => `--label=${name}=${value}`),
    ...build.tags.map((tag) => `--tag=${tag}`),
  ]
}
