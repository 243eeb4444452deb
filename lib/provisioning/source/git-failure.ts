import { stripVTControlCharacters } from 'node:util'

import { DeploymentFailure } from '../../domain/failure'
import type { GitRun } from './git'

const AUTH = /permission denied|authentication failed|could not read (username|password)|terminal prompts disabled|access denied|returned error: 40[13]|host key verification failed|invalid credentials/i
const NOT_ALLOWED = /transport '[^']*' not allowed/i
const NETWORK = /could not resolve|unable to access|connection (refused|timed out|reset|closed)|network is unreachable|no route to host|operation timed out|early eof|hung up unexpectedly|could not read from remote repository/i
const MISSING = /not found|does not exist|does not appear to be a git repository|no such file or directory|not a git repository/i

/**
 * What went wrong at the other end, as the person sees it. Null when the words point to our own copy (or to nothing we
 * know): the caller then makes a new one. Git has no codes for this; its words in the C locale are all there is.
 */
export function remoteFailure(run: GitRun, url: string): DeploymentFailure | null {
  const shown = describeUrl(url)
  const line = lastLine(run)
  const all = run.stderr.join('\n')
  if (run.timedOut) return new DeploymentFailure('source_not_found', `${shown} did not answer in time.`)
  if (NOT_ALLOWED.test(all)) return new DeploymentFailure('source_not_allowed', `This kind of address is not allowed: ${line}`)
  if (/cannot run ssh|ssh: not found|ssh: No such file/i.test(all)) return new DeploymentFailure('command_not_found', 'The program ssh is not installed on this machine; it is needed for SSH addresses.')
  if (AUTH.test(all)) return new DeploymentFailure('source_auth', `${shown} refused access, or is private and there is no key for it. Git says: ${line}`)
  if (MISSING.test(all) || NETWORK.test(all)) return new DeploymentFailure('source_not_found', `${shown} could not be read. Git says: ${line}`)
  return null
}

/** Git's own last word, cleaned of control characters, prefixes and paths of ours. */
export function lastLine(run: Pick<GitRun, 'stderr'>): string {
  const lines = run.stderr.map(clean).filter((line) => line !== '')
  const telling = lines.filter((line) => /^(fatal|error|remote: error|ERROR|ssh):/.test(line) || /permission denied|not found/i.test(line))
  const specific = telling.filter((line) => !/could not read from remote repository/i.test(line))
  const chosen = specific.at(-1) ?? telling.at(-1) ?? lines.at(-1) ?? 'nothing'
  return chosen.replace(/^((fatal|error|remote|ERROR): ?)+/i, '').slice(0, 300)
}

function clean(line: string): string {
  return stripVTControlCharacters(line).replace(/\p{Cc}/gu, '').replace(/(\/[^\s':]*)?\/[^\s':/]*\.git-home[^\s':]*/g, '…').trim()
}

/** The address without anything that could be a credential. */
export function describeUrl(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, '$1').replace(/[?#].*$/, '')
}
