import { delimiter, join } from 'node:path'

import { operatorEnvironment } from '../../../config'
import { DeploymentFailure } from '../../../domain/failure'
import { findProgram } from '../../process/command-not-found'
import { runCommand } from '../../process/run-command'

// BuildKit has no HTTP interface that could be spoken without its own client, so a build is done by a docker program:
// one with buildx, or one old enough (before 23) to have BuildKit built in. The first `docker` in PATH is not always one.

const PROBE_MS = 10_000
const USUAL = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/snap/bin']
/** From this version on `docker build` needs buildx for BuildKit. */
const NEEDS_BUILDX = 23

export type BuildkitClient = { /** Program and first arguments, up to where options begin. */ argv: string[]; env: Record<string, string> }

let known: BuildkitClient | null = null

/** Finds a client once. Throws DeploymentFailure with what to install when there is none. */
export async function findBuildkitClient(signal: AbortSignal, folders = [...(operatorEnvironment().PATH ?? '').split(delimiter), ...USUAL]): Promise<BuildkitClient> {
  if (known) return known
  const found: string[] = []
  for (const folder of new Set(folders)) {
    const program = findProgram(join(folder, 'docker'), { cwd: '/', path: '' })
    if (program === null) continue
    const version = await ask([program, '--version'], signal)
    if (version === null) continue
    found.push(`${program} (${version.split(',')[0]!.replace(/^Docker version /, '')})`)
    if ((await ask([program, 'buildx', 'version'], signal)) !== null) return (known = { argv: [program, 'buildx', 'build'], env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' } })
    if (Number(/Docker version (\d+)/.exec(version)?.[1] ?? NEEDS_BUILDX) < NEEDS_BUILDX) return (known = { argv: [program, 'build'], env: { DOCKER_BUILDKIT: '1' } })
  }
  const what = found.length === 0 ? 'There is no docker program on the machine that runs Easel' : `No docker program here can use BuildKit: ${found.join(', ')} lack buildx`
  throw new DeploymentFailure('builder_missing', `${what}. Install Docker's buildx plugin (the package docker-buildx-plugin or docker-buildx), then deploy again.`)
}

/** What a program says first; null when it fails. */
async function ask(argv: string[], signal: AbortSignal): Promise<string | null> {
  const lines: string[] = []
  const { code } = await runCommand({ argv, cwd: '/', env: { PATH: operatorEnvironment().PATH ?? '' }, signal, timeoutMs: PROBE_MS, onLine: (stream, text) => void (stream === 'stdout' && lines.push(text)) })
  signal.throwIfAborted()
  return code === 0 ? (lines[0] ?? '') : null
}
