// What each proxy adds to the same requests, and how soon a new route is live among thousands.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { found, HOST, load, paced, startEmbedded, startProxy } from './proxies.mjs'
import { newRoutes, route } from './routes.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const FIRST_PORT = Number(process.env.EASEL_BENCH_PORT ?? 4321)
const SECONDS = Number(process.env.EASEL_BENCH_SECONDS ?? 5)
const ROUNDS = 3
const PER_SECOND = 1_000
const OURS = 'embedded ingress'
const UPSTREAM = 'nginx (upstream, asked directly)'

/** Rows by proxy; null where wrk or nginx is missing. */
export async function compareProxies() {
  const missing = ['wrk', 'nginx'].filter((name) => !found(name))
  if (missing.length > 0) return { missing }
  const folder = mkdtempSync(join(tmpdir(), 'easel-bench-'))
  const proxies = new Map()
  try {
    const upstreamPort = FIRST_PORT
    const ports = Object.fromEntries([UPSTREAM, OURS, 'nginx', 'haproxy', 'caddy'].map((name, i) => [name, FIRST_PORT + i]))
    proxies.set(UPSTREAM, await startProxy(UPSTREAM, folder, upstreamPort))
    const ours = await startEmbedded(join(folder, 'data'), ports[OURS], root)
    proxies.set(OURS, ours)
    for (const name of ['nginx', 'haproxy', 'caddy']) {
      const proxy = await startProxy(name, folder, ports[name], upstreamPort)
      if (proxy) proxies.set(name, proxy)
    }
    await ours.tell({ version: 1, routes: [route('svc_bench', HOST, upstreamPort)] })
    const rows = await measureAll(proxies, ports)
    const live = await newRoutes(ours, ports[OURS], upstreamPort)
    return { missing: ['haproxy', 'caddy'].filter((name) => !proxies.has(name)), rows, live, ours: OURS }
  } finally {
    for (const proxy of [...proxies.values()].reverse()) await proxy.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In turns, so that whatever else the machine does slows all of them alike; the best of each is kept. */
async function measureAll(proxies, ports) {
  const seen = new Map([...proxies.keys()].map((name) => [name, { many: [], few: [] }]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of proxies.keys()) {
      const seconds = round === 0 ? 1 : SECONDS
      const many = await load(ports[name], { connections: 64, seconds })
      const few = await paced(ports[name], { perSecond: PER_SECOND, seconds })
      if (many.wrong + few.wrong > 0) throw new Error(`${name} answered ${many.wrong + few.wrong} requests with something else.`)
      if (round === 0) continue
      seen.get(name).many.push(many)
      seen.get(name).few.push(few)
    }
  }
  const best = (runs, read) => Math.min(...runs.map(read))
  const row = (name) => ({ proxy: name, perSecond: -best(seen.get(name).many, ({ perSecond }) => -perSecond), p50Ms: best(seen.get(name).few, ({ p50Ms }) => p50Ms), p99Ms: best(seen.get(name).few, ({ p99Ms }) => p99Ms), memoryMib: proxies.get(name).memoryMib() })
  return [...proxies.keys()].map(row)
}
