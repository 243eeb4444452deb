import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { GitRef, Source } from '../../lib/contract/source'
import { DeploymentFailure } from '../../lib/domain/failure'
import { fetchSource, type FetchSource } from '../../lib/provisioning/source/fetch-source'
import { mirrorPath } from '../../lib/provisioning/source/git-mirror'

let room: string
let bare: string
let work: string
const commits: string[] = []

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'protocol.file.allow=always', ...args], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim()

function commit(text: string): string {
  writeFileSync(join(work, 'page.txt'), text)
  git(work, 'add', '.')
  git(work, 'commit', '-qm', `Say ${text}`)
  return git(work, 'rev-parse', 'HEAD')
}

beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'easel source '))
  bare = join(room, 'origin.git')
  work = join(room, 'work')
  git(room, 'init', '-q', '-b', 'main', work)
  commits.push(commit('one'), commit('two'))
  git(work, 'tag', 'light', commits[0]!)
  git(work, 'tag', '-a', 'v1.0', '-m', 'First', commits[0]!)
  git(work, 'branch', 'feature/blue', commits[0]!)
  commits.push(commit('three'))
  git(room, 'clone', '-q', '--bare', work, bare)
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

type Options = { ref?: string | null; localSources?: boolean; repositories?: string; signal?: AbortSignal; said?: string[]; sshPrivateKey?: string; commands?: FetchSource['commands'] }

async function fetched(source: unknown, options: Options = {}) {
  const directory = join(room, 'checkout')
  const { revision } = await fetchSource({
    source: source as Source,
    ref: options.ref ?? null,
    directory,
    localSources: options.localSources ?? true,
    sshPrivateKey: options.sshPrivateKey ?? null,
    repositoriesDirectory: join(room, options.repositories ?? 'repositories'),
    templatesDirectory: new URL('../../templates', import.meta.url).pathname,
    onLine: (_, text) => options.said?.push(text),
    signal: options.signal ?? new AbortController().signal,
    ...(options.commands && { commands: options.commands }),
  })
  return { directory, revision, read: (name: string) => readFileSync(join(directory, name), 'utf8') }
}

const homesLeft = () => readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('git-home'))
const fromBare = (options?: Options) => fetched({ type: 'git', url: `file://${bare.replaceAll(' ', '%20')}` }, options)
const fromWork = (options?: Options) => fetched({ type: 'git', url: `file://${work.replaceAll(' ', '%20')}` }, options)

async function failure(promise: Promise<unknown>): Promise<DeploymentFailure> {
  const error = await promise.then(() => null, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DeploymentFailure)
  return error as DeploymentFailure
}

describe('a git repository', () => {
  it('is checked out while its commands are held together, which ends what is left of each with the others', async () => {
    const mark = `EASEL_BUILD=source-${process.pid}`
    const commands = { env: { EASEL_BUILD: `source-${process.pid}` }, bounds: { marks: [mark] } }
    for (let round = 0; round < 5; round++) {
      const { read, revision } = await fromBare({ commands, repositories: `held-${round}` })
      expect(read('page.txt')).toBe('three')
      expect(revision).toEqual({ commit: commits[2], message: 'Say three', author: 'Ada' })
    }
  })

  it('is checked out at its default branch with its revision', async () => {
    const { read, revision } = await fromBare()
    expect(read('page.txt')).toBe('three')
    expect(revision).toEqual({ commit: commits[2], message: 'Say three', author: 'Ada' })
  })

  it.each([
    ['a branch', () => 'feature/blue', 'one'],
    ['a light tag', () => 'light', 'one'],
    ['an annotated tag', () => 'v1.0', 'one'],
    ['a full commit', () => commits[1]!, 'two'],
    ['a short commit', () => commits[1]!.slice(0, 7), 'two'],
  ])('is checked out at %s', async (_, ref, text) => {
    const { read, revision } = await fromBare({ ref: ref() })
    expect(read('page.txt')).toBe(text)
    expect(revision?.commit).toMatch(/^[0-9a-f]{40}$/)
  })

  it('follows what is pushed, also over a rewritten branch', async () => {
    await fromBare({ ref: 'feature/blue' })
    git(work, 'branch', '-f', 'feature/blue', commits[1]!)
    git(work, 'push', '-qf', bare, 'feature/blue')
    expect((await fromBare({ ref: 'feature/blue' })).read('page.txt')).toBe('two')
  })

  it('says which branches there are when the ref is missing', async () => {
    const failed = await failure(fromBare({ ref: 'nope' }))
    expect(failed.reason).toBe('ref_not_found')
    expect(failed.message).toBe('There is no branch, tag or commit "nope". Branches found: feature/blue, main.')
  })

  it('makes its kept copy anew when it is damaged', async () => {
    const said: string[] = []
    await fromBare({ repositories: 'damaged' })
    const mirror = mirrorPath(join(room, 'damaged'), `file://${bare.replaceAll(' ', '%20')}`)
    rmSync(join(mirror, 'objects'), { recursive: true })
    mkdirSync(join(mirror, 'objects'))
    expect((await fromBare({ repositories: 'damaged', said })).read('page.txt')).toBe('three')
    writeFileSync(join(mirror, 'HEAD'), 'rubbish')
    writeFileSync(join(mirror, 'config'), '[rubbish')
    expect((await fromBare({ repositories: 'damaged' })).read('page.txt')).toBe('three')
  })

  it('is fetched by several at once', async () => {
    const all = await Promise.all([1, 2, 3].map((n) => fetchSource({
      source: { type: 'git', url: `file://${bare.replaceAll(' ', '%20')}` }, ref: null, directory: join(room, `twin-${n}`), localSources: true, sshPrivateKey: null,
      repositoriesDirectory: join(room, 'twins'), templatesDirectory: room, onLine: () => undefined, signal: new AbortController().signal,
    })))
    expect(new Set(all.map(({ revision }) => revision?.commit))).toEqual(new Set([commits[2]]))
  })

  it('runs no hook and leaves nothing of the key behind', async () => {
    const hook = join(work, '.git', 'hooks', 'post-checkout')
    mkdirSync(join(work, '.git', 'hooks'), { recursive: true })
    writeFileSync(hook, `#!/bin/sh\ntouch "${join(room, 'hooked')}"\n`, { mode: 0o755 })
    await fromWork({ sshPrivateKey: 'not really a key' })
    expect(existsSync(join(room, 'hooked'))).toBe(false)
    expect(homesLeft()).toEqual([])
  })

  it('takes away the key that a process has left which was killed', async () => {
    mkdirSync(join(room, 'checkout.git-home'))
    writeFileSync(join(room, 'checkout.git-home', 'key'), 'a key')
    await fromBare()
    expect(homesLeft()).toEqual([])
  })

  it('stops with the reason of the signal', async () => {
    const reason = new Error('cancelled')
    await expect(fromBare({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

describe('an ssh address', () => {
  // Stands in for ssh: notes how it was called and what the key file was, then runs what ssh would run on the other side.
  const FAKE_SSH = `#!/bin/sh
printf '%s\\n' "$@" > "$EASEL_TEST_ROOM/ssh-args"
for word in "$@"; do case "$word" in IdentityFile=*) key=$(printf %s "$word" | sed 's/^IdentityFile="//; s/"$//'); stat -c %a "$key" > "$EASEL_TEST_ROOM/ssh-mode"; cat "$key" > "$EASEL_TEST_ROOM/ssh-key";; esac; last=$word; done
eval "exec $last"
`

  it('is read with the key of the service, which only we can read and which is gone afterwards', async () => {
    const programs = join(room, 'programs')
    mkdirSync(programs, { recursive: true })
    writeFileSync(join(programs, 'ssh'), FAKE_SSH.replaceAll('$EASEL_TEST_ROOM', room), { mode: 0o755 })
    const path = process.env.PATH
    process.env.PATH = `${programs}:${path}`
    try {
      const said: string[] = []
      const { read } = await fetched({ type: 'git', url: `git@example.com:${bare}` }, { sshPrivateKey: 'line one\r\nline two', said, localSources: false })
      expect(read('page.txt')).toBe('three')
      expect(readFileSync(join(room, 'ssh-key'), 'utf8')).toBe('line one\nline two\n')
      expect(readFileSync(join(room, 'ssh-mode'), 'utf8').trim()).toBe('600')
      expect(readFileSync(join(room, 'ssh-args'), 'utf8')).toContain('StrictHostKeyChecking=accept-new')
      expect(said.join()).not.toContain('line one')
      expect(homesLeft()).toEqual([])
    } finally {
      process.env.PATH = path
    }
  })
})

describe('names that look like something else', () => {
  it('has a branch named $(id) refused by the contract, and harmless below it', async () => {
    expect(GitRef.safeParse('$(id)').success).toBe(false)
    git(work, 'branch', '-f', '$(touch-pwned)', commits[0]!)
    git(work, 'push', '-qf', bare, '$(touch-pwned)')
    expect((await fromBare({ ref: '$(touch-pwned)' })).read('page.txt')).toBe('one')
    git(bare, 'branch', '-D', '--', '$(touch-pwned)')
  })

  it.each(['--upload-pack=touch pwned', '-h', '--help', '../../etc', 'HEAD~1', ':/Say', 'main:page.txt', '@{-1}', '; rm -rf /'])('finds nothing under %s', async (ref) => {
    expect((await failure(fromBare({ ref }))).reason).toBe('ref_not_found')
  })

  it.each(['--upload-pack=touch pwned', 'ext::sh -c touch% pwned', 'fd::17'])('does not follow the address %s', async (url) => {
    expect(Source.safeParse({ type: 'git', url }).success).toBe(false)
    expect(['source_not_found', 'source_not_allowed']).toContain((await failure(fetched({ type: 'git', url }))).reason)
  })
})

describe('what may not or cannot be read', () => {
  it.each([
    ['a repository of this machine', () => ({ type: 'git', url: `file://${bare}` })],
    ['a folder of this machine', () => ({ type: 'local', path: work })],
  ])('%s is not allowed unless the instance is for local use', async (_, source) => {
    expect((await failure(fetched(source(), { localSources: false }))).reason).toBe('source_not_allowed')
  })

  it('a repository that is not there', async () => {
    const failed = await failure(fetched({ type: 'git', url: `file://${room.replaceAll(' ', '%20')}/nothing.git` }))
    expect(failed.reason).toBe('source_not_found')
    expect(failed.message).not.toContain('.git-home')
  })

  it('a host that does not answer', async () => {
    expect((await failure(fetched({ type: 'git', url: 'http://127.0.0.1:9/a.git' }))).reason).toBe('source_not_found')
  })
})

describe('a folder of this machine', () => {
  it('is copied as git sees it: uncommitted changes, nothing ignored, no link that leads out', async () => {
    const folder = join(room, 'tree')
    git(room, 'clone', '-q', work, folder)
    writeFileSync(join(folder, '.gitignore'), 'secret.txt\n')
    writeFileSync(join(folder, 'secret.txt'), 'x')
    writeFileSync(join(folder, 'new.txt'), 'new')
    symlinkSync('/etc/passwd', join(folder, 'out'))
    symlinkSync('page.txt', join(folder, 'in'))
    const { directory, read, revision } = await fetched({ type: 'local', path: folder })
    expect(readdirSync(directory).sort()).toEqual(['.gitignore', 'in', 'new.txt', 'page.txt'])
    expect(read('in')).toBe('three')
    expect(revision?.commit).toBe(commits[2])
  })

  it('is copied whole without git, but for what tools make', async () => {
    const folder = join(room, 'plain')
    for (const name of ['node_modules/a', 'dist', '.next']) mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, 'dist', 'index.html'), 'site')
    const { directory, revision } = await fetched({ type: 'local', path: folder })
    expect(readdirSync(directory)).toEqual(['dist'])
    expect(revision).toBeNull()
  })

  it('that is missing or a file is said', async () => {
    expect((await failure(fetched({ type: 'local', path: join(room, 'nowhere') }))).message).toContain('There is no folder')
    expect((await failure(fetched({ type: 'local', path: join(work, 'page.txt') }))).message).toContain('is a file')
  })
})

describe('a template', () => {
  it('is copied by its name in the catalogue', async () => {
    expect(existsSync(join((await fetched({ type: 'template', template: 'two-services/api' })).directory, 'server.js'))).toBe(true)
  })

  it.each([['two-services', 'two-services/web, two-services/api'], ['../drizzle', 'Choose one of'], ['unknown', 'Choose one of']])('%s is refused', async (template, words) => {
    const failed = await failure(fetched({ type: 'template', template }))
    expect(failed.reason).toBe('source_not_found')
    expect(failed.message).toContain(words)
  })
})
