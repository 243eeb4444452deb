import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { until } from './until'

/** What the Prometheus of this machine calls itself; null where none is installed. */
export const prometheusVersion = (() => {
  try {
    return execFileSync('prometheus', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0]!
  } catch {
    return null
  }
})()

/** How a test is named that needs it. */
export const orNamed = prometheusVersion ?? 'Prometheus, which is not installed here'

export type TestPrometheus = {
  url: string
  /** What an instant query answers; nothing while it does not answer. */
  read(query: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>
  stop(): Promise<void>
}

/** A Prometheus with this configuration, that answers. `scrapes`: what stands below `scrape_configs:`. */
export async function startPrometheus({ interval, scrapes }: { interval: string; scrapes: string }): Promise<TestPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-prometheus-'))
  await writeFile(join(folder, 'prometheus.yml'), `global: { scrape_interval: ${interval}, scrape_timeout: ${interval} }\nscrape_configs:\n${scrapes}`)
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  await new Promise((resolve) => free.close(resolve))
  const url = `http://127.0.0.1:${port}`
  const child = spawn('prometheus', [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' })
  const gone = once(child, 'exit')
  const stop = async () => {
    child.kill()
    await gone
    await rm(folder, { recursive: true, force: true })
  }
  const read: TestPrometheus['read'] = async (query) => {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`).catch(() => null)
    return answer?.ok ? ((await answer.json()) as { data: { result: Awaited<ReturnType<TestPrometheus['read']>> } }).data.result : []
  }
  await until('Prometheus to answer', () => fetch(`${url}/-/ready`).then((response) => response.ok, () => false), 60_000).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { url, read, stop }
}
