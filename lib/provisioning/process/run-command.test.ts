import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { log } from '../../log'
import { openCgroups } from './cgroup'
import { identify, isAlive, killGroup, type ProcessIdentity } from './identity'
import { listeningPorts } from './listening-ports'
import { residentMib } from './resident-memory'
import { CommandNotFound, runCommand, type RunCommand } from './run-command'

const NODE = process.execPath
const env = { PATH: `${dirname(NODE)}:/usr/bin:/bin` }
let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'run-command-'))
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

function command(argv: string[], more: Partial<RunCommand> = {}): RunCommand {
  return { argv, cwd, env, signal: new AbortController().signal, timeoutMs: 20_000, ...more }
}
const script = (text: string, more?: Partial<RunCommand>) => runCommand(command([NODE, '-e', text], more))

/** Ended but not yet collected by the first process of the machine counts as gone. */
function lives(pid: number): boolean {
  const identity = identify(pid)
  return identity !== null && isAlive(identity)
}

/** A line the script prints, as a promise: nobody sleeps. */
function awaitLine(): { onLine: RunCommand['onLine']; line: Promise<string> } {
  let found: (text: string) => void
  const line = new Promise<string>((resolve) => (found = resolve))
  return { onLine: (_, text) => found(text), line }
}

describe('runCommand', () => {
  test('hands over lines of both streams and the exit code', async () => {
    const lines: string[] = []
    const result = await script(`console.log('out'); console.error('err'); process.stdout.write('last'); process.exitCode = 3`, {
      onLine: (stream, text) => lines.push(`${stream} ${text}`),
    })
    expect(result).toEqual({ code: 3, signal: null, timedOut: false })
    expect(lines.sort()).toEqual(['stderr err', 'stdout last', 'stdout out'])
  })

  test('gives exactly the environment it was given', async () => {
    const lines: string[] = []
    await script('console.log(JSON.stringify(process.env))', { env: { ...env, ONLY: 'this' }, onLine: (_, text) => lines.push(text) })
    expect(JSON.parse(lines[0]!)).toEqual({ ...env, ONLY: 'this' })
  })

  test('passes arguments as they are, without a shell', async () => {
    const lines: string[] = []
    await runCommand(command(['printf', '%s\\n', '$HOME; echo no', '*'], { onLine: (_, text) => lines.push(text) }))
    expect(lines).toEqual(['$HOME; echo no', '*'])
  })

  test('an abort ends the group politely', async () => {
    const { onLine, line } = awaitLine()
    const abort = new AbortController()
    const running = script(`process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1e6); console.log('up')`, { onLine, signal: abort.signal })
    await line
    abort.abort()
    expect(await running).toEqual({ code: 7, signal: null, timedOut: false })
  })

  test('a command that ignores SIGTERM is killed after the grace, with its children', async () => {
    const { onLine, line } = awaitLine()
    const abort = new AbortController()
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6);`
    const running = script(
      `${stubborn} require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${stubborn} console.log(process.pid)`)}], { stdio: 'inherit', detached: true })`,
      { onLine, signal: abort.signal, graceMs: 200 },
    )
    const child = identify(Number(await line))!
    expect(isAlive(child)).toBe(true)
    abort.abort()
    expect(await running).toEqual({ code: null, signal: 'SIGKILL', timedOut: false })
    expect(isAlive(child)).toBe(false)
  })

  test('the timeout ends a command and is said', async () => {
    expect(await script('setInterval(() => {}, 1e6)', { timeoutMs: 300 })).toEqual({ code: null, signal: 'SIGTERM', timedOut: true })
  })

  test('resolves only when what it left in the background is gone', async () => {
    const { onLine, line } = awaitLine()
    const result = await script(
      `const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'inherit' }); console.log(c.pid); c.unref()`,
      { onLine },
    )
    expect(result.code).toBe(0)
    expect(lives(Number(await line))).toBe(false)
  })

  test('finds a child that left the group and lost its parent by its mark', async () => {
    const { onLine, line } = awaitLine()
    const mark = `HOME=${cwd}`
    await script(
      `const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore', detached: true }); console.log(c.pid); c.unref()`,
      { onLine, env: { ...env, HOME: cwd }, marks: [mark] },
    )
    expect(lives(Number(await line))).toBe(false)
  })

  const cgroups = openCgroups(log)
  test.skipIf(cgroups === null)(`ends what left the session, wiped its environment and lost its parent${cgroups ? '' : ' (skipped: no cgroup is writable here)'}`, async () => {
    const cgroup = cgroups!.open(`test-run-${process.pid}`, {})!
    const { onLine, line } = awaitLine()
    const inner = `const c = require('child_process').spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)"], { stdio: 'ignore', detached: true, env: {} }); console.log(c.pid); c.unref()`
    const abort = new AbortController()
    // The one in the middle ends at once, so that nobody is left who knows the last one.
    const running = script(`require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit', detached: true, env: {} }); setInterval(() => {}, 1e6)`, { onLine, signal: abort.signal, cgroup, graceMs: 100 })
    const fugitive = identify(Number(await line))!
    expect(isAlive(fugitive)).toBe(true)
    abort.abort()
    await running
    expect(isAlive(fugitive)).toBe(false)
    expect(cgroup.remove()).toBe(true)
  })

  test('has the program itself write to files, after what they hold', async () => {
    const files = { stdout: join(cwd, 'out'), stderr: join(cwd, 'err') }
    for (const word of ['one', 'two']) await script(`console.log('${word}'); console.error('no ${word}')`, { files })
    expect([readFileSync(files.stdout, 'utf8'), readFileSync(files.stderr, 'utf8')]).toEqual(['one\ntwo\n', 'no one\nno two\n'])
  })

  test('tells how much memory a group holds', async () => {
    const { onLine, line } = awaitLine()
    const abort = new AbortController()
    let leader: ProcessIdentity | null = null
    const running = script(`const kept = Buffer.alloc(64 * 1024 * 1024, 1); console.log(kept.length); setInterval(() => kept, 1e6)`, { onLine, signal: abort.signal, onSpawn: (found) => (leader = found) })
    await line
    expect(residentMib({ leader, marks: [] })).toBeGreaterThanOrEqual(64)
    abort.abort()
    await running
    expect(residentMib({ leader, marks: [] })).toBe(0)
  })

  test('does not start when it is aborted already', async () => {
    const abort = new AbortController()
    abort.abort()
    let spawned = false
    await script('0', { signal: abort.signal, onSpawn: () => (spawned = true) })
    expect(spawned).toBe(false)
  })

  test('leaves nothing running when the caller throws in onSpawn', async () => {
    let identity: ProcessIdentity | undefined
    const running = script('setInterval(() => {}, 1e6)', {
      onSpawn: (found) => {
        identity = found
        throw new Error('the database is gone')
      },
    })
    await expect(running).rejects.toThrow('the database is gone')
    expect(isAlive(identity!)).toBe(false)
  })

  test('says which program is missing', async () => {
    await expect(runCommand(command(['no-such-program']))).rejects.toThrow(CommandNotFound)
    await expect(runCommand(command(['./nothing-here']))).rejects.toThrow('there is no such file')
    await expect(script('0', { cwd: join(cwd, 'absent') })).rejects.toThrow('folder')
  })

  test('lowers the priority', async () => {
    let niceness: number | undefined
    let memory: string | undefined
    await script('setTimeout(() => {}, 200)', {
      niceness: 7,
      onSpawn({ pid }) {
        niceness = getPriority(pid)
        if (process.platform === 'linux') memory = readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim()
      },
    })
    expect(niceness).toBe(7)
    if (process.platform === 'linux') expect(memory).toBe('500')
  })
})

describe('identity', () => {
  test('is another one for another process under the same pid', () => {
    const self = identify(process.pid)!
    expect(isAlive(self)).toBe(true)
    expect(isAlive({ ...self, startTime: `${self.startTime}0` })).toBe(false)
  })

  test('killing a group that is gone succeeds, and a stranger under its pid lives on', async () => {
    let stranger: ProcessIdentity | undefined
    const { onLine, line } = awaitLine()
    const abort = new AbortController()
    const running = script(`setInterval(() => {}, 1e6); console.log('up')`, { onLine, signal: abort.signal, onSpawn: (found) => (stranger = found) })
    await line
    await killGroup({ pid: stranger!.pid, startTime: stranger!.startTime.replace(/\d+$/, '1') }, 0)
    expect(isAlive(stranger!)).toBe(true)
    abort.abort()
    await running
  })

  test.runIf(process.platform === 'linux')('listening ports are those of the group', async () => {
    const { onLine, line } = awaitLine()
    const abort = new AbortController()
    let identity: ProcessIdentity | undefined
    const running = script(`const s = require('net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))`, {
      onLine,
      signal: abort.signal,
      onSpawn: (found) => (identity = found),
    })
    const port = Number(await line)
    expect(listeningPorts({ leader: identity!, marks: [] })).toEqual([port])
    abort.abort()
    await running
    expect(listeningPorts({ leader: identity!, marks: [] })).toEqual([])
  })
})
