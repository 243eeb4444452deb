import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { DeploymentFailure } from '../../domain/failure'
import { allEnded, type Git } from './git'
import { lastLine } from './git-failure'
import { FETCH_MS } from './git-mirror'

export type Revision = { commit: string; message: string; author: string }

type Checkout = { mirror: string; url: string; commit: string; directory: string; say: (text: string) => void }

/**
 * Puts exactly the tree of a commit into an empty directory. A real work tree, because builds ask git for their version;
 * it borrows the objects of our copy instead of holding its own. Null when our copy is damaged. `aside`: for what touches other
 * files, at the same time; what takes the time is starting each of them.
 */
export async function checkout({ git, aside }: { git: Git; aside: Git }, wanted: Checkout): Promise<Revision | null> {
  const { mirror, directory, commit } = wanted
  // Cloning from our own folder is not the person's choice of protocol.
  const local = { timeoutMs: FETCH_MS, env: { GIT_ALLOW_PROTOCOL: 'file' } }
  const clone = await git(['clone', '--quiet', '--shared', '--no-checkout', '--no-tags', '--template=', '--', mirror, directory], local)
  if (clone.code !== 0) return null
  const [tree, revision] = await allEnded([
    git(['-C', directory, 'checkout', '--quiet', '--force', '--detach', commit, '--'], local),
    describe(aside, mirror, commit),
    aside(['-C', directory, 'remote', 'set-url', '--', 'origin', wanted.url]),
  ])
  if (tree.code !== 0) return null
  await submodules(git, wanted)
  await warnOfLargeFiles(wanted)
  return revision
}

async function describe(git: Git, mirror: string, commit: string): Promise<Revision> {
  const run = await git(['--git-dir', mirror, 'log', '-1', '--format=%an%n%s', commit, '--'])
  const [author = '', message = ''] = run.stdout
  return { commit, message: message.slice(0, 500), author: author.slice(0, 200) }
}

/** Best effort: a submodule that cannot be had is said, and the build decides whether it matters. */
async function submodules(git: Git, { directory, say }: Checkout): Promise<void> {
  if ((await textOf(join(directory, '.gitmodules'))) === null) return
  say('Fetching submodules')
  const run = await git(['-C', directory, 'submodule', 'update', '--quiet', '--init', '--recursive', '--jobs', '2'], { timeoutMs: FETCH_MS })
  if (run.code !== 0) say(`Submodules could not be fetched, going on without them. Git says: ${lastLine(run)}`)
}

async function warnOfLargeFiles({ directory, say }: Checkout): Promise<void> {
  const attributes = await textOf(join(directory, '.gitattributes'))
  if (attributes?.includes('filter=lfs')) say('The repository keeps files in Git LFS; they are checked out as pointers, without their content.')
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}

export function damaged(): DeploymentFailure {
  return new DeploymentFailure('source_not_found', 'The repository was fetched but its files could not be checked out; it may be damaged at its origin.')
}
