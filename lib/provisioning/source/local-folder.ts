import { realpath, stat } from 'node:fs/promises'

import { DeploymentFailure } from '../../domain/failure'
import { copyListed, copyTree } from '../files/copy-tree'
import type { Revision } from './git-checkout'
import type { Git } from './git'

type LocalFolder = { path: string; directory: string; say: (text: string) => void; signal: AbortSignal }

/** What tools make and make again: never part of a source. `dist` and `build` may be the site itself, so they are copied. */
const MADE = new Set(['node_modules', '.git', '.next', '.nuxt', '.output', '.svelte-kit', '.turbo', '.cache', '.parcel-cache', '.vite', '.DS_Store'])
const ALWAYS_LEFT_OUT = new Set(['node_modules', '.git'])
const MAX_LISTED = 50_000

/** Copies a folder of this machine: in a work tree what git knows or would add, uncommitted changes included; else everything. */
export async function copyLocalFolder(git: Git, folder: LocalFolder): Promise<Revision | null> {
  const from = await realpath(folder.path).catch(() => null)
  if (from === null || !(await stat(from)).isDirectory()) {
    throw new DeploymentFailure('source_not_found', from === null ? `There is no folder ${folder.path} on this machine.` : `${folder.path} is a file; a folder is needed.`)
  }
  const copy = { from, to: folder.directory, say: folder.say, signal: folder.signal }
  try {
    const listed = await git(['-C', from, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', '.'])
    const paths = listed.stdout.join('\n').split('\0').filter((path) => path !== '')
    if (listed.code !== 0 || paths.length === 0 || paths.length >= MAX_LISTED) {
      await copyTree({ ...copy, leaveOut: MADE })
      return null
    }
    folder.say(`Copying ${paths.length} files of the work tree, uncommitted changes included`)
    await copyListed({ ...copy, leaveOut: ALWAYS_LEFT_OUT }, paths)
    return head(git, from)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EACCES' || code === 'EPERM') throw new DeploymentFailure('source_auth', `${folder.path} holds something that Easel may not read.`, { cause: error })
    throw error
  }
}

async function head(git: Git, path: string): Promise<Revision | null> {
  const run = await git(['-C', path, 'log', '-1', '--format=%H%n%an%n%s', '--'])
  const [commit, author = '', message = ''] = run.stdout
  return run.code === 0 && commit ? { commit, author: author.slice(0, 200), message: message.slice(0, 500) } : null
}
