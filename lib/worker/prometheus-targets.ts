import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { Engine } from '../provisioning/engine'

// A file that Prometheus reads by itself (`file_sd_configs`), and again whenever it changes: what it is to scrape, and how.

/** Paths of the console by what is told there. */
const PARTS = { platform: '/metrics', samples: '/metrics/samples' }

/** What a Prometheus is to scrape: the console, where people find it. */
export function prometheusTargets(publicUrl: string): { targets: string[]; labels: Record<string, string> }[] {
  const { protocol, hostname, port, pathname } = new URL(publicUrl)
  const target = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
  const base = pathname.replace(/\/+$/, '')
  return Object.entries(PARTS).map(([part, path]) => ({ targets: [target], labels: { __scheme__: protocol.slice(0, -1), __metrics_path__: `${base}${path}`, easel: part } }))
}

/** Writes that file where it is not as it should be: beside its place, then over it, so that nobody reads half of it. */
export async function writePrometheusTargets({ paths, config }: Pick<Engine, 'paths' | 'config'>): Promise<void> {
  const file = config.prometheusTargets ?? paths.prometheusTargets
  const text = `${JSON.stringify(prometheusTargets(config.publicUrl), null, 2)}\n`
  if ((await readFile(file, 'utf8').catch(() => null)) === text) return
  await mkdir(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}`
  await writeFile(draft, text)
  await rename(draft, file)
}
