import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { processesOf } from './belongings'
import { lastLines } from './programs'
import { until } from './until'

// Easel as `npm start` runs it: supervisor, embedded PostgreSQL, ingress, worker and web, on a data folder of its own.

export type Installation = {
  dataDir: string
  /** A folder beside the data folder. */
  outside: string
  address: string
  ingressPort: number
  /** Resolves when it has said that it is ready. */
  start(): Promise<void>
  /** SIGKILL for every process of it, and of everything it runs, at once; of those chosen only. Gives what was killed. */
  crash(isChosen?: (command: string) => boolean): string[]
  /** Ends it as Ctrl-C would, and removes everything. Gives what was left running, which is killed. */
  close(): Promise<string[]>
}

const STARTS_MS = 120_000
const STOPS_MS = 60_000

/** Uses `firstPort` and the next one for itself, and `workloads` for what it runs. */
export async function makeInstallation({ firstPort, workloads }: { firstPort: number; workloads: string }): Promise<Installation> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'easel-whole-')))
  // Servers run as users of their own and must be able to pass, or their data is bound to a place where it is not known whose it is.
  await chmod(folder, 0o711)
  const dataDir = join(folder, 'data')
  const logFile = join(folder, 'start.log')
  const env = { PATH: process.env.PATH!, HOME: folder, EASEL_DATA_DIR: dataDir, PORT: String(firstPort), EASEL_INGRESS_PORT: String(firstPort + 1), EASEL_WORKLOAD_PORTS: workloads, EASEL_LOCAL_SOURCES: 'true', EASEL_DOCKER: 'false' }
  let supervisor: ChildProcess | null = null
  const killAll = (isChosen: (command: string) => boolean = () => true) => {
    const killed = new Map<number, string>()
    const look = () => processesOf(folder, [process.pid]).filter(({ command }) => isChosen(command))
    // Again, for what one of them has started meanwhile.
    for (let left = look(); left.length > 0; left = look()) {
      // One that is about to be gone has no command any more.
      for (const { pid, command } of left) if (kill(pid)) killed.set(pid, killed.get(pid) || command)
    }
    return [...killed.values()]
  }
  return {
    dataDir,
    outside: folder,
    address: `http://127.0.0.1:${firstPort}`,
    ingressPort: firstPort + 1,
    async start() {
      const log = openSync(logFile, 'w')
      const child = spawn(process.execPath, [join(process.cwd(), 'bin', 'start.mjs')], { env: env as unknown as NodeJS.ProcessEnv, detached: true, stdio: ['ignore', log, log] })
      closeSync(log)
      supervisor = child
      await until('Easel to be ready', () => {
        if (child.exitCode !== null) throw new Error(`Easel ended before it was ready:\n${lastLines(logFile, 20)}`)
        return readFileSync(logFile, 'utf8').includes('Easel is ready')
      }, STARTS_MS)
    },
    crash: killAll,
    async close() {
      if (supervisor !== null && supervisor.exitCode === null && supervisor.signalCode === null) {
        const gone = once(supervisor, 'exit')
        supervisor.kill('SIGINT')
        await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, STOPS_MS).unref())])
      }
      const left = killAll()
      await rm(folder, { recursive: true, force: true })
      return left
    },
  }
}

/** Whether there was anything to kill. What has ended meanwhile is as good as killed. */
function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}
