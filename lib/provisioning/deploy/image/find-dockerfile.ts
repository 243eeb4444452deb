import { lstat, readFile, readdir, realpath } from 'node:fs/promises'
import { join, posix } from 'node:path'

import type { BuildSettings } from '../../../contract/service-settings'
import { DeploymentFailure } from '../../../domain/failure'
import { isWithin } from '../../files/copy-tree'

export const USUAL_DOCKERFILE = 'Dockerfile'

type Wanted = { rootDirectory: string; build: BuildSettings }

/** The Dockerfile that an image is to be made by; null when by a recipe. Throws DeploymentFailure when the one that is meant is not there. */
export async function findDockerfile(directory: string, { rootDirectory, build }: Wanted): Promise<{ path: string; text: string } | null> {
  if (build.builder === 'recipe') return null
  const path = posix.join(rootDirectory, build.dockerfile ?? USUAL_DOCKERFILE)
  const text = await readInside(directory, path)
  if (text !== null) return { path, text }
  // A name that was set is meant, whoever was to choose.
  if (build.builder === 'dockerfile' || build.dockerfile !== null) throw await dockerfileMissing(directory, path)
  return null
}

/** The text of a file of the source; null when there is none. A link that leads out of the source is none. */
async function readInside(directory: string, path: string): Promise<string | null> {
  const top = await realpath(directory)
  const file = await realpath(join(top, path)).catch(() => null)
  if (file === null || !isWithin(file, top) || !(await lstat(file)).isFile()) return null
  return readFile(file, 'utf8')
}

async function dockerfileMissing(directory: string, path: string): Promise<DeploymentFailure> {
  const names = await readdir(join(directory, posix.dirname(path))).catch(() => null)
  const others = names?.filter((name) => /dockerfile/i.test(name)).sort() ?? []
  const found = names === null ? `There is no folder ${posix.dirname(path)}.` : others.length === 0 ? 'No file there is called so.' : `Files found: ${others.slice(0, 10).join(', ')}.`
  return new DeploymentFailure('dockerfile_missing', `The source has no ${path}. ${found}`)
}
