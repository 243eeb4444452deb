import { createHash } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { DeploymentFailure } from '../../domain/failure'
import type { Git } from './git'
import { lastLine, remoteFailure } from './git-failure'

export const FETCH_MS = 10 * 60_000

/** Where the bare copy of an address lies. */
export function mirrorPath(repositoriesDirectory: string, url: string): string {
  return join(repositoriesDirectory, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.git`)
}

/**
 * Brings our bare copy up to date with all branches and tags. Always asks the other end, even when the commit is already
 * here: the answer is also the proof that this service may read the repository. A copy that git cannot use is thrown
 * away and made anew, once.
 */
export async function updateMirror(git: Git, mirror: string, url: string): Promise<void> {
  const existed = await stat(mirror).then(() => true, () => false)
  const first = await fetchInto(git, mirror, { url, exists: existed })
  if (first === null) return
  const failure = remoteFailure(first, url)
  if (failure !== null && !(existed && (await isBroken(git, mirror)))) throw failure
  if (!existed) throw new DeploymentFailure('source_not_found', `The repository could not be fetched. Git says: ${lastLine(first)}`)
  await renewMirror(git, mirror, url)
}

/** Throws our copy away and fetches everything again. */
export async function renewMirror(git: Git, mirror: string, url: string): Promise<void> {
  await rm(mirror, { recursive: true, force: true })
  const run = await fetchInto(git, mirror, { url, exists: false })
  if (run !== null) throw remoteFailure(run, url) ?? new DeploymentFailure('source_not_found', `The repository could not be fetched. Git says: ${lastLine(run)}`)
}

async function fetchInto(git: Git, mirror: string, { url, exists }: { url: string; exists: boolean }) {
  await mkdir(mirror, { recursive: true })
  const init = exists ? null : await git(['init', '--quiet', '--bare', '--template=', '--', mirror])
  if (init !== null && init.code !== 0) return init
  const run = await git(['--git-dir', mirror, 'fetch', '--quiet', '--prune', '--force', '--no-write-fetch-head', '--', url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'], { timeoutMs: FETCH_MS })
  return run.code === 0 ? null : run
}

/** Whether git cannot read what our copy's branches and tags point to. */
export async function isBroken(git: Git, mirror: string): Promise<boolean> {
  const run = await git(['--git-dir', mirror, 'for-each-ref', '--format=%(objecttype)'])
  return run.code !== 0
}
