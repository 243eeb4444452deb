import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

import type { DataPaths } from '../../paths'
import { isAlive, type ProcessIdentity } from '../../process/identity'
import { runCommand } from '../../process/run-command'
import type { Workload } from '../driver'

// A worker of tests as a process of its own, so that it can be killed at any moment.

export type WorkerScript = {
  paths: DataPaths
  app: Workload
  /** TypeScript that does something with `driver`, `app` and `never`, and prints what it likes. */
  work: string
}

/** Built once, run as often as wanted. */
export type WorkerProgram = {
  /** Resolves with the signal that ended it; null when it ended by itself. Throws what it printed when it failed. */
  run(onLine?: (text: string, kill: () => void) => void): Promise<string | null>
  dispose(): void
}

let count = 0

export async function buildWorker({ paths, app, work }: WorkerScript): Promise<WorkerProgram> {
  // Inside node_modules, so that the bundle finds the packages it does not contain.
  const folder = join(process.cwd(), 'node_modules', '.cache', `easel-worker-${process.pid}-${count++}`)
  const outfile = join(folder, 'worker.mjs')
  const contents = `
    import { pino } from 'pino'
    import { dataPaths } from './lib/provisioning/paths'
    import { openCgroups } from './lib/provisioning/process/cgroup'
    import { processDriver } from './lib/provisioning/runtime/process/process-driver'
    const paths = dataPaths(${JSON.stringify(join(paths.workloads, '..'))})
    const driver = processDriver({ paths, log: pino({ level: 'silent' }), platformEntry: { staticServer: '' }, cgroups: openCgroups(pino({ level: 'silent' })) })
    const [app, never] = [${JSON.stringify(app)}, new AbortController().signal]
    ${work}
  `
  await build({ stdin: { contents, resolveDir: process.cwd(), loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile })
  const env = { PATH: `${join(process.execPath, '..')}:/usr/bin:/bin` }
  return {
    async run(onLine = () => undefined) {
      let worker: ProcessIdentity
      const errors: string[] = []
      const kill = () => void (isAlive(worker) && process.kill(worker.pid, 'SIGKILL'))
      const { signal, code } = await runCommand({
        argv: ['node', outfile],
        cwd: process.cwd(),
        env,
        signal: new AbortController().signal,
        timeoutMs: 50_000,
        onSpawn: (identity) => void (worker = identity),
        onLine: (stream, text) => (stream === 'stdout' ? onLine(text, kill) : void errors.push(text)),
      })
      if (code !== null && code !== 0) throw new Error(errors.join('\n'))
      return signal
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  }
}
