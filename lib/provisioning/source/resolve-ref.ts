import { DeploymentFailure } from '../../domain/failure'
import type { Git, GitRun } from './git'
import { lastLine, remoteFailure } from './git-failure'
import { FETCH_MS } from './git-mirror'

/** What the other end says its HEAD is. It needs no copy of ours, so it can be asked while that is brought up to date. */
export function askHead(git: Git, url: string): Promise<GitRun> {
  return git(['ls-remote', '--symref', '--', url, 'HEAD'])
}

/**
 * The commit that `ref` names: a branch, else a tag (annotated ones are followed), else a commit by its full or short id;
 * where it is null, that of the default branch by `head`. Names are only ever handed to git behind `refs/heads/` or `refs/tags/`.
 */
export async function resolveRef(git: Git, mirror: string, wanted: { url: string; ref: string | null; head: GitRun | null }): Promise<string> {
  const ref = wanted.ref ?? (await defaultBranch(git, mirror, { url: wanted.url, run: wanted.head ?? (await askHead(git, wanted.url)) }))
  const candidates = [`refs/heads/${ref}`, `refs/tags/${ref}`]
  const isHex = /^[0-9a-f]{4,64}$/i.test(ref)
  if (isHex && ref.length >= 40) candidates.unshift(ref)
  else if (isHex) candidates.push(ref)
  if (ref.startsWith('refs/')) candidates.unshift(ref)
  for (const candidate of candidates) {
    const commit = await commitOf(git, mirror, candidate)
    if (commit !== null) return commit
  }
  const direct = (isHex && ref.length >= 40) || ref.startsWith('refs/') ? await fetchDirectly(git, mirror, { url: wanted.url, ref }) : null
  if (direct !== null) return direct
  throw await refNotFound(git, mirror, ref)
}

async function commitOf(git: Git, mirror: string, name: string): Promise<string | null> {
  const run = await git(['--git-dir', mirror, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
  return run.code === 0 ? (run.stdout[0] ?? null) : null
}

async function defaultBranch(git: Git, mirror: string, { url, run }: { url: string; run: GitRun }): Promise<string> {
  if (run.code !== 0) throw remoteFailure(run, url) ?? new DeploymentFailure('source_not_found', `The default branch could not be read. Git says: ${lastLine(run)}`)
  const branch = run.stdout.map((line) => /^ref: refs\/heads\/(\S+)\s+HEAD$/.exec(line)?.[1]).find((name) => name !== undefined)
  if (branch !== undefined) return branch
  const detached = run.stdout.map((line) => /^([0-9a-f]{40,64})\s+HEAD$/.exec(line)?.[1]).find((id) => id !== undefined)
  if (detached !== undefined) return detached
  const branches = await branchNames(git, mirror)
  if (branches.length === 1) return branches[0]!
  throw new DeploymentFailure('ref_not_found', branches.length === 0 ? 'The repository is empty: it has no commit yet.' : `The repository has no default branch. Choose one of: ${branches.slice(0, 10).join(', ')}.`)
}

/** A commit or ref that no branch or tag leads to, such as a pull request; many hosts hand it out when asked by name. */
async function fetchDirectly(git: Git, mirror: string, wanted: { url: string; ref: string }): Promise<string | null> {
  const run = await git(['--git-dir', mirror, 'fetch', '--quiet', '--no-write-fetch-head', '--', wanted.url, `+${wanted.ref}:refs/easel/direct`], { timeoutMs: FETCH_MS })
  return run.code === 0 ? commitOf(git, mirror, 'refs/easel/direct') : null
}

async function refNotFound(git: Git, mirror: string, ref: string): Promise<DeploymentFailure> {
  const branches = await branchNames(git, mirror)
  if (branches.length === 0) return new DeploymentFailure('ref_not_found', `There is no branch, tag or commit "${ref}": the repository is empty.`)
  const more = branches.length > 8 ? ` and ${branches.length - 8} more` : ''
  return new DeploymentFailure('ref_not_found', `There is no branch, tag or commit "${ref}". Branches found: ${branches.slice(0, 8).join(', ')}${more}.`)
}

async function branchNames(git: Git, mirror: string): Promise<string[]> {
  const run = await git(['--git-dir', mirror, 'for-each-ref', '--count=1000', '--format=%(refname:lstrip=2)', 'refs/heads'])
  return run.stdout.filter((name) => name !== '')
}
