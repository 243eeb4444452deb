import { mkdir } from 'node:fs/promises'

import type { Source } from '../../contract/source'
import { gitIn } from './git'
import { gitEnvironment } from './git-environment'

const ASK_MS = 30_000

export type HeadRequest = {
  source: Extract<Source, { type: 'git' }>
  /** Beside it git's settings lie while it is asked. */
  directory: string
  localSources: boolean
  sshPrivateKey: string | null
  repositoriesDirectory: string
  signal: AbortSignal
}

/** The commit that the branch of a source leads to now, asked of the other end without fetching; null when it does not say. */
export async function remoteHead(request: HeadRequest): Promise<string | null> {
  const { source, localSources, repositoriesDirectory, signal } = request
  if (source.url.startsWith('file:') && !localSources) return null
  await mkdir(repositoriesDirectory, { recursive: true })
  const environment = await gitEnvironment(request)
  try {
    const git = gitIn({ cwd: repositoriesDirectory, env: environment.env, signal })
    const name = source.ref === undefined ? 'HEAD' : `refs/heads/${source.ref}`
    const run = await git(['ls-remote', '--', source.url, name], { timeoutMs: ASK_MS })
    if (run.code !== 0) return null
    return run.stdout.map((line) => /^([0-9a-f]{40,64})\s+(\S+)$/.exec(line)).find((found) => found?.[2] === name)?.[1] ?? null
  } finally {
    await environment.dispose()
  }
}
