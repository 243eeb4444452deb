import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { request as sendRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// A real Caddy, started with nothing but its admin API, as whoever runs Easel starts it.

/** Why no Caddy can be started here; null when one can. */
export const caddyProblem = spawnSync('which', ['caddy']).status === 0 ? null : 'Caddy is not installed (apt-get install --no-install-recommends caddy)'

export type RunningCaddy = {
  /** Of its admin API. */
  admin: string
  /** What it has, as JSON; null for nothing. */
  configuration(): Promise<unknown>
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
  /** Starts it again with nothing. */
  start(): Promise<void>
  output(): string
  stop(): Promise<void>
}

/** `admin`: another address than one of its own. `port`: of its admin API, where it must not be any. */
export async function startCaddy({ admin, port: given }: { admin?: string; port?: number } = {}): Promise<RunningCaddy> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-caddy-'))
  const port = given ?? (await quietPort())
  const address = admin ?? `http://127.0.0.1:${port}`
  await writeFile(join(folder, 'caddy.json'), JSON.stringify({ admin: { listen: admin ?? `127.0.0.1:${port}` } }))
  let child: ChildProcess | null = null
  let output = ''
  const configuration = () => get(address, '/config/')
  const start = async () => {
    const made = spawn('caddy', ['run', '--config', join(folder, 'caddy.json')], { env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }, stdio: ['ignore', 'pipe', 'pipe'] })
    child = made
    for (const stream of [made.stdout, made.stderr]) stream.on('data', (chunk: Buffer) => (output = `${output}${chunk}`.slice(-200_000)))
    while ((await configuration().catch(() => undefined)) === undefined) {
      if (made.exitCode !== null) throw new Error(`Caddy ended: ${output.slice(-2_000)}`)
      await sleep(20)
    }
  }
  const kill = async () => {
    const { exitCode, signalCode } = child ?? {}
    if (!child || exitCode !== null || signalCode !== null) return
    const ended = new Promise((resolve) => child!.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    admin: address,
    configuration,
    kill,
    start,
    output: () => output,
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A port below those that systems give to passing connections, which would now and then take it in between. */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 9_000)
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false))
      server.listen(port, () => server.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}

function get(address: string, path: string): Promise<unknown> {
  const place = address.startsWith('unix/') ? { socketPath: address.slice(5), setHost: false, headers: { host: '' } } : { host: '127.0.0.1', port: Number(new URL(address).port) }
  return new Promise((resolve, reject) => {
    sendRequest({ ...place, path, agent: false, timeout: 5_000 }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).once('end', () => {
        try {
          resolve(JSON.parse(text))
        } catch (error) {
          reject(error as Error)
        }
      })
    }).once('error', reject).end()
  })
}
