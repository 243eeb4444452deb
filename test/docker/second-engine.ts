import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { engineApi, type EngineApi } from '@/lib/provisioning/docker/engine-api'
import { NODE_IMAGE, testApi } from './engine'

// An engine of the tests' own, to be killed and started again: the one of the machine is not ours to restart. It makes no
// rules for packets, and has a bridge of its own: without one it would take away that of the other engine.

export type SecondEngine = {
  path: string
  api: EngineApi
  start(): Promise<void>
  /** `SIGTERM`: as the machine ends it, its containers with it. `SIGKILL`: as when it crashes. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  dispose(): Promise<void>
}

/** Whether the programs it takes are on this machine, and may be used. */
export const canStartSecondEngine = process.getuid?.() === 0 && ['dockerd', 'ip'].every((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0)

const never = new AbortController().signal
const PATIENCE_MS = 60_000

/** `options`: of the engine's command line, besides what keeps it apart. `empty`: without the base image. `data`: its folder for images and containers. */
export async function startSecondEngine({ options = [], empty = false, data = null }: { options?: string[]; empty?: boolean; data?: string | null } = {}): Promise<SecondEngine> {
  const root = mkdtempSync(join(tmpdir(), 'eng-'))
  const path = join(root, 'docker.sock')
  const api = engineApi({ kind: 'socket', path })
  const bridge = `e${randomBytes(5).toString('hex')}`
  run('ip', ['link', 'add', bridge, 'type', 'bridge'])
  run('ip', ['address', 'add', `${freeSubnet()}.1/24`, 'dev', bridge])
  let ended: Promise<void> = Promise.resolve()
  let kill: (signal: 'SIGTERM' | 'SIGKILL') => void = () => undefined

  const start = async () => {
    const argv = ['--data-root', data ?? join(root, 'data'), '--exec-root', join(root, 'exec'), '--pidfile', join(root, 'pid'), '-H', `unix://${path}`, '--bridge', bridge, '--iptables=false', '--ip-masq=false', '--containerd-namespace', 'easel-tests', '--containerd-plugins-namespace', 'easel-tests-plugins', '--log-level', 'error', ...options]
    // Of those that were killed: somebody else may have their numbers by now.
    for (const file of ['pid', 'exec/containerd/containerd.pid']) rmSync(join(root, file), { force: true })
    const child = spawn('dockerd', argv, { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)))
    let isOver = false
    ended = new Promise((resolve) => child.once('close', () => resolve(void (isOver = true))))
    kill = (signal) => void child.kill(signal)
    const until = Date.now() + PATIENCE_MS
    for (;;) {
      if (isOver || Date.now() > until) throw new Error(`The second engine did not start: ${said}`)
      const up = await api.run({ method: 'GET', path: '/_ping', signal: never, timeoutMs: 2_000 }).then(() => true, () => false)
      if (up) return
      await sleep(100)
    }
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    kill(signal)
    await ended
  }
  const dispose = async () => {
    await end('SIGTERM')
    api.close()
    run('ip', ['link', 'delete', bridge])
    // What a killed engine had mounted.
    spawnSync('umount', ['--lazy', '--recursive', join(root, 'data')])
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  try {
    await start()
    if (!empty) await copyImage(api)
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    path,
    api,
    start,
    end,
    dispose,
  }
}

/** Its first three numbers: one that no other engine of the tests has. */
function freeSubnet(): string {
  const { stdout } = spawnSync('ip', ['-4', '-o', 'address'], { encoding: 'utf8' })
  const free = Array.from({ length: 256 }, (_, index) => `10.254.${index}`).filter((subnet) => !stdout.includes(` ${subnet}.`))
  const chosen = free[(randomBytes(1)[0] ?? 0) % free.length]
  if (chosen === undefined) throw new Error('Every network of 10.254.0.0/16 is taken on this machine.')
  return chosen
}

function run(program: string, args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

async function copyImage(api: EngineApi): Promise<void> {
  const from = testApi()
  const image = await from.stream({ method: 'GET', path: `/images/${NODE_IMAGE}/get`, signal: never })
  await api.run({ method: 'POST', path: '/images/load', query: { quiet: true }, body: image, headers: { 'content-type': 'application/x-tar' }, signal: never, timeoutMs: 120_000 })
  from.close()
}
