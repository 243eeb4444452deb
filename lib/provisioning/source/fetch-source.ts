import { mkdir, rm } from 'node:fs/promises'

import type { Source } from '../../contract/source'
import type { UploadLimits } from '../../domain/archive/limits'
import { DeploymentFailure } from '../../domain/failure'
import { CommandNotFound, type CommandBounds } from '../process/run-command'
import { allEnded, gitIn, type Git } from './git'
import { checkout, damaged, type Revision } from './git-checkout'
import { gitEnvironment } from './git-environment'
import { describeUrl } from './git-failure'
import { isBroken, mirrorPath, renewMirror, updateMirror } from './git-mirror'
import { copyLocalFolder } from './local-folder'
import { oneAtATime } from './one-at-a-time'
import { askHead, resolveRef } from './resolve-ref'
import { copyTemplate } from './template-folder'
import { unpackUpload } from './upload/unpack'

export type FetchSource = {
  source: Source
  /** Branch, tag or commit instead of the source's own. */
  ref: string | null
  /** Emptied first, then holds the whole tree. */
  directory: string
  localSources: boolean
  sshPrivateKey: string | null
  /** The archive of an upload, and what it may hold. */
  upload?: { file: string; limits: UploadLimits } | null
  repositoriesDirectory: string
  templatesDirectory: string
  onLine: (stream: 'stdout' | 'stderr' | 'platform', text: string) => void
  signal: AbortSignal
  /** What holds its commands together, and what is in their environment for it. */
  commands?: { bounds: CommandBounds; env: Record<string, string> }
  /** Keeps other processes of the platform away from something while `work` is at it. */
  alone?: <T>(what: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>
}

/** Puts the source into `directory`. Throws DeploymentFailure for what the person can mend, and the abort reason. */
export async function fetchSource(fetch: FetchSource): Promise<{ revision: Revision | null }> {
  fetch.signal.throwIfAborted()
  refuseLocal(fetch)
  if (fetch.source.type === 'image') throw new DeploymentFailure('source_not_allowed', 'An image has no source to fetch. It runs on a Docker target only: move the environment to one.')
  if (fetch.source.type === 'database') throw new DeploymentFailure('source_not_allowed', 'A database has no source to fetch.')
  await rm(fetch.directory, { recursive: true, force: true })
  await mkdir(fetch.directory, { recursive: true })
  if (fetch.source.type === 'template') {
    await copyTemplate({ ...fetch, template: fetch.source.template })
    return { revision: null }
  }
  if (fetch.source.type === 'upload') {
    if (!fetch.upload) throw new DeploymentFailure('source_not_found', 'This upload is not kept any more. Upload the folder again.')
    await unpackUpload({ ...fetch.upload, directory: fetch.directory, say: sayer(fetch), signal: fetch.signal })
    return { revision: null }
  }
  const environment = await gitEnvironment(fetch)
  try {
    const place = { cwd: fetch.repositoriesDirectory, signal: fetch.signal }
    const git = gitIn({ ...place, env: { ...environment.env, ...fetch.commands?.env }, bounds: fetch.commands?.bounds })
    const aside = gitIn({ ...place, env: environment.env })
    if (fetch.source.type === 'local') {
      return { revision: await copyLocalFolder(git, { ...fetch, path: fetch.source.path, say: sayer(fetch) }) }
    }
    return { revision: await fetchGit({ git, aside }, fetch, fetch.source) }
  } catch (error) {
    if (error instanceof CommandNotFound) throw new DeploymentFailure('command_not_found', 'The program git is not installed on this machine.', { cause: error })
    throw error
  } finally {
    await environment.dispose()
  }
}

function refuseLocal({ source, localSources }: FetchSource): void {
  const isLocal = source.type === 'local' || (source.type === 'git' && source.url.startsWith('file:'))
  if (isLocal && !localSources) {
    throw new DeploymentFailure('source_not_allowed', 'Folders and repositories of this machine are not allowed on this instance. The operator can set EASEL_LOCAL_SOURCES=true.')
  }
}

function sayer({ onLine }: FetchSource) {
  return (text: string) => onLine('platform', text)
}

/**
 * One fetch per repository at a time: git's own locks would make the second one fail instead of wait. `aside`: for what only
 * asks, at the same time; a command that is held together with others ends them all when it has ended.
 */
async function fetchGit({ git, aside }: { git: Git; aside: Git }, fetch: FetchSource, source: Extract<Source, { type: 'git' }>): Promise<Revision> {
  const { url } = source
  const ref = fetch.ref ?? source.ref ?? null
  const mirror = mirrorPath(fetch.repositoriesDirectory, url)
  const say = sayer(fetch)
  const alone = fetch.alone ?? ((_, __, work) => work())
  return oneAtATime(mirror, fetch.signal, () => alone(mirror, fetch.signal, async () => {
    say(`Fetching ${describeUrl(url)}`)
    const [, head] = await allEnded([updateMirror(git, mirror, url), ref === null ? askHead(aside, url) : null])
    const attempt = async () => {
      const commit = await resolveRef(git, mirror, { url, ref, head }).catch(async (error: unknown) => {
        if (await isBroken(git, mirror)) return null
        throw error
      })
      return commit === null ? null : checkout({ git, aside }, { mirror, url, commit, directory: fetch.directory, say })
    }
    let revision = await attempt()
    if (revision === null) {
      say('The kept copy of the repository is damaged; fetching it again')
      await rm(fetch.directory, { recursive: true, force: true })
      await renewMirror(git, mirror, url)
      revision = await attempt()
    }
    if (revision === null) throw damaged()
    say(`Checked out ${revision.commit.slice(0, 7)} ${revision.message}`)
    return revision
  }))
}
