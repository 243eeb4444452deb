import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { makeDockerSubject, type DockerSubject } from '@/test/docker/docker-subject'
import { find, hasExited, isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'

// What a container of ours may do, what it uses, and looking inside.

const never = new AbortController().signal
let t: DockerSubject
beforeEach(async () => {
  t = await makeDockerSubject()
})
afterEach(() => t.dispose())

async function start(app: Workload): Promise<Workload> {
  await t.driver.apply(app, never)
  await untilSeen(t.driver, app.name, isHealthy)
  return app
}

describe('a container', () => {
  test('has no privileges, no rights beyond the usual, and nothing of its machine', async () => {
    const app = await start(t.workload('serves'))
    const { HostConfig } = await t.api.json({ method: 'GET', path: `/containers/easel-${app.name}/json`, signal: never }, z.object({ HostConfig: z.looseObject({}) }))
    expect(HostConfig).toMatchObject({ Privileged: false, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], PidsLimit: 512, Init: true, PidMode: '', UTSMode: '', IpcMode: 'private', Binds: null, RestartPolicy: { Name: 'no' } })
    expect(HostConfig.NetworkMode).not.toBe('host')
    expect((await t.inside(app, ['sh', '-c', 'grep NoNewPrivs /proc/self/status'])).last).toMatch(/1$/)
    // CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, NET_BIND_SERVICE, and no others.
    expect((await t.inside(app, ['sh', '-c', 'grep CapBnd /proc/1/status'])).last).toMatch(/00000000000004eb$/)
    expect((await t.inside(app, ['sh', '-c', 'ls /var/run/docker.sock 2>/dev/null || echo none'])).last).toBe('none')
  })

  test('is held to its limits', async () => {
    const app = await start(t.workload('serves', { limits: { memoryMib: 64, cpuMilli: 500, pids: 40 } }))
    await expect.poll(async () => (await t.driver.use(never))[0]?.cpuMilli, { timeout: 10_000 }).toEqual(expect.any(Number))
    const [use] = await t.driver.use(never)
    expect(use).toMatchObject({ name: app.name, memoryLimitBytes: 64 * 1024 * 1024, cpuLimitMilli: 500, pidsLimit: 40 })
    expect(use!.memoryBytes).toBeGreaterThan(1024 * 1024)
    expect(use!.pids).toBeGreaterThan(1)
    expect(use!.receivedBytes).toBeGreaterThan(0)
    expect(use).toMatchObject({ readBytes: expect.any(Number), writtenBytes: expect.any(Number) })
    const { last } = await t.inside(app, ['sh', '-c', 'for i in $(seq 60); do sleep 5 & done 2>&1 | tail -1; wait 2>&1'])
    expect(last).toMatch(/fork|resource/i)
  })

  test('that uses more memory than it may is ended, with a sentence', async () => {
    const app = t.script('const all = []; setInterval(() => all.push(Buffer.alloc(8 * 1024 * 1024, 1)), 5)', { limits: { memoryMib: 64, cpuMilli: null, pids: null } })
    await t.driver.apply(app, never)
    const seen = await untilSeen(t.driver, app.name, hasExited)
    expect(seen.exit).toMatchObject({ signal: 'SIGKILL', byPlatform: false })
    expect(seen.healthMessage).toBe('It was ended because it used more memory than its limit of 64 MiB. Give it more, or let it use less.')
  })

  test('writes nowhere but to /tmp and its volumes where that was chosen', async () => {
    await t.driver.volumes!.ensure({ name: `vol-${t.mark}`, environmentId: t.environmentId, owner: { uid: 1000, gid: 1000 } }, never)
    const app = await start(t.workload('serves', { readOnly: true, mounts: [{ volume: `vol-${t.mark}`, path: '/data', readOnly: false }] }))
    expect((await t.inside(app, ['sh', '-c', 'touch /tmp/a /data/b && echo written'])).last).toBe('written')
    expect((await t.inside(app, ['sh', '-c', 'touch /etc/a'])).last).toMatch(/Read-only file system/)
  })

  test('that listens for itself alone is told apart from one that listens nowhere', async () => {
    const app = t.script(`require('node:http').createServer((q, s) => s.end()).listen(Number(process.env.PORT), '127.0.0.1')`)
    await t.driver.apply(app, never)
    const seen = await untilSeen(t.driver, app.name, ({ healthMessage }) => healthMessage?.startsWith('It listens') ?? false)
    expect(seen).toMatchObject({ phase: 'starting', listening: [app.port], healthMessage: `It listens on port ${app.port}, but only on 127.0.0.1 inside its container, where nobody else reaches it. Let it listen on 0.0.0.0.` })
    const elsewhere = t.script(`require('node:http').createServer((q, s) => s.end()).listen(8123, '0.0.0.0')`)
    await t.driver.apply(elsewhere, never)
    expect((await untilSeen(t.driver, elsewhere.name, ({ healthMessage }) => healthMessage?.includes('8123') ?? false)).healthMessage).toMatch(/it listens on port 8123 instead/)
  })
})

describe('a check by command', () => {
  test('that does not end in time says so, and leaves nothing running', async () => {
    const made = t.workload('serves')
    const app = { ...made, health: { ...made.health!, kind: 'command' as const, argv: ['sleep', '1234'], timeoutMs: 300 } }
    await t.driver.apply(app, never)
    const seen = await untilSeen(t.driver, app.name, ({ healthMessage }) => healthMessage !== null)
    expect(seen.healthMessage).toBe('The check "sleep" did not end within 0.3 seconds.')
    await t.driver.close()
    await expect.poll(async () => (await t.inside(app, ['sh', '-c', `cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'sleep 123[4]' || true`])).last, { timeout: 10_000 }).toBe('0')
  })

  test('has the variables as of now, whatever the container was started with', async () => {
    const made = t.workload('serves')
    const app = { ...made, env: { ...made.env, CHECKED: 'then' }, health: { ...made.health!, kind: 'command' as const, argv: ['sh', '-c', 'echo "$CHECKED $PORT"; test "$CHECKED" = now'] } }
    await t.driver.apply(app, never)
    expect((await untilSeen(t.driver, app.name, ({ healthMessage }) => healthMessage !== null)).healthMessage).toMatch(`Its last line: then ${app.port}`)
    await t.driver.close()
    const driver = t.openDriver({ environmentNow: async (deploymentId) => (deploymentId === app.deploymentId ? { CHECKED: 'now' } : null) })
    await untilSeen(driver, app.name, isHealthy)
    await driver.close()
  })

  test('of a program that the image does not have says so', async () => {
    const made = t.workload('serves')
    const app = { ...made, health: { ...made.health!, kind: 'command' as const, argv: ['no-such-check'] } }
    await t.driver.apply(app, never)
    expect((await untilSeen(t.driver, app.name, ({ healthMessage }) => healthMessage !== null)).healthMessage).toMatch(/^The check "no-such-check" ended with code 12[67]\./)
  })
})

describe('a container behind a published port', () => {
  test('becomes healthy at an address of the machine, by each kind of check', async () => {
    const driver = t.openDriver({ reach: { kind: 'published', bind: '127.0.0.1', host: '127.0.0.1' } })
    for (const kind of ['auto', 'tcp'] as const) {
      const made = t.workload('serves')
      const app = { ...made, health: { ...made.health!, kind } }
      await driver.apply(app, never)
      const { address } = await untilSeen(driver, app.name, isHealthy)
      expect(address!.host).toBe('127.0.0.1')
      expect((await fetch(`http://127.0.0.1:${address!.port}/`)).status).toBe(200)
    }
    await driver.close()
  })

  test.each(['auto', 'tcp'] as const)('is not healthy while nobody listens behind it, by a check of kind %s', async (kind) => {
    const driver = t.openDriver({ reach: { kind: 'published', bind: '127.0.0.1', host: '127.0.0.1' } })
    const made = t.workload('silent')
    const app = { ...made, health: { ...made.health!, kind } }
    await driver.apply(app, never)
    const seen = await untilSeen(driver, app.name, ({ healthMessage }) => healthMessage !== null)
    expect(seen).toMatchObject({ phase: 'starting', healthMessage: `Nothing listens on port ${app.port} yet.` })
    await driver.close()
  })
})

describe('a terminal', () => {
  const read = (output: NodeJS.ReadableStream) => {
    let text = ''
    output.on('data', (chunk: Buffer) => (text += chunk.toString()))
    return () => text
  }

  test('is a shell inside, with a size, that ends with its code', async () => {
    const app = await start(t.workload('serves'))
    const terminal = await t.driver.terminal!(app, { argv: null, columns: 77, rows: 22 }, never)
    const shown = read(terminal.output)
    terminal.input.write('stty size; tty; echo $((40 + 2))\n')
    await expect.poll(shown, { timeout: 10_000 }).toMatch(/22 77[\s\S]*\/dev\/pts\/\d[\s\S]*42/)
    await terminal.resize({ columns: 120, rows: 40 })
    terminal.input.write('stty size\n')
    await expect.poll(shown, { timeout: 10_000 }).toContain('40 120')
    terminal.input.write('exit 5\n')
    await once(terminal.output, 'end')
    expect(await terminal.ended).toBe(5)
  })

  test('that is closed leaves nothing running', async () => {
    const app = await start(t.workload('serves'))
    const terminal = await t.driver.terminal!(app, { argv: null, columns: 80, rows: 24 }, never)
    const shown = read(terminal.output)
    terminal.input.write('echo be${nothing}gun; cat\n')
    await expect.poll(shown, { timeout: 10_000 }).toContain('begun')
    terminal.close()
    await expect.poll(async () => (await t.inside(app, ['sh', '-c', `cat /proc/[0-9]*/comm | grep -cE '^(bash|cat)$' || true`])).last, { timeout: 10_000 }).toBe('1')
    await terminal.ended
  })

  test('of what does not run is refused', async () => {
    const app = t.workload('serves')
    await expect(t.driver.terminal!(app, { argv: null, columns: 80, rows: 24 }, never)).rejects.toMatchObject({ code: 'not_now' })
    await start(app)
    await t.driver.stop(app, 1_000, never)
    await expect(t.driver.terminal!(app, { argv: null, columns: 80, rows: 24 }, never)).rejects.toMatchObject({ code: 'not_now' })
    expect(await find(t.driver, app.name)).toMatchObject({ phase: 'exited' })
  })
})
