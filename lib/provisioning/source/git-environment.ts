import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { operatorEnvironment } from '../../config'

export type GitEnvironment = {
  env: Record<string, string>
  /** Removes the key and the temporary home. */
  dispose(): Promise<void>
}

// A file of ours instead of the machine's and the user's settings: no hooks, no credential helpers, no filters, no
// background maintenance. `safe.directory` cannot come from the command line, because git clears that for the other end
// of a file:// address.
const SETTINGS = `[safe]
	directory = *
[core]
	hooksPath = /dev/null
	fsmonitor = false
[credential]
	helper =
[gc]
	auto = 0
[maintenance]
	auto = false
[http]
	lowSpeedLimit = 100
	lowSpeedTime = 60
[advice]
	detachedHead = false
[init]
	defaultBranch = main
`

/**
 * The environment git runs in: nothing of the operator's but the way to the network. The private key lives in a file
 * that only we can read, for as long as the fetch takes.
 */
export async function gitEnvironment(options: { directory: string; repositoriesDirectory: string; localSources: boolean; sshPrivateKey: string | null }): Promise<GitEnvironment> {
  await mkdir(options.repositoriesDirectory, { recursive: true })
  const home = gitHome(options.directory)
  // One that a process left that was killed: it may hold a key.
  await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true, mode: 0o700 })
  const settings = join(home, 'gitconfig')
  await writeFile(settings, SETTINGS)
  const keyFile = options.sshPrivateKey === null ? null : join(home, 'key')
  if (keyFile !== null) await writeFile(keyFile, normaliseKey(options.sshPrivateKey!), { mode: 0o600 })
  return {
    env: {
      ...operatorEnvironment(),
      HOME: home,
      // Messages are read to tell a missing repository from a refused one, so they must not be translated.
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: settings,
      GIT_ALLOW_PROTOCOL: options.localSources ? 'https:http:ssh:file' : 'https:http:ssh',
      GIT_SSH_COMMAND: sshCommand(keyFile, join(options.repositoriesDirectory, 'known_hosts')),
      GIT_LFS_SKIP_SMUDGE: '1',
    },
    dispose: () => rm(home, { recursive: true, force: true }),
  }
}

/** What git hands to its shell: fixed words and two paths of ours, quoted. No text of a person gets here. */
export function sshCommand(keyFile: string | null, knownHosts: string): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${sshPath(knownHosts)}`,
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `IdentityFile=${keyFile === null ? 'none' : sshPath(keyFile)}`,
    'ConnectTimeout=20',
    'ServerAliveInterval=15',
  ]
  return ['ssh', '-F', '/dev/null', ...options.flatMap((option) => ['-o', shellQuote(option)])].join(' ')
}

/** ssh splits values at spaces and expands `%`. */
function sshPath(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`
}

function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** OpenSSH refuses a key with Windows line ends or without a last line end. */
function normaliseKey(key: string): string {
  return `${key.replaceAll('\r\n', '\n').trim()}\n`
}

/** HOME of git while it fetches into a directory: beside it, so that whoever fetches there again, or removes it, finds it. */
export function gitHome(directory: string): string {
  return `${directory}.git-home`
}
