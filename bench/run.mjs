// `npm run bench -- NAME`: measurements as ratios within one run, because machines differ and are noisy.
//   memory     idle memory of the whole platform, per process
//   deploy     what the platform adds to a deployment, per stage, and what is lost of requests meanwhile
//   docker     from a push to the first answer on Docker, against docker build and docker run by hand
//   dashboard  how fast the console answers while a large repository builds, against idle
//   databases  from adding a PostgreSQL node to its first query, against initdb and a start by hand
//   snapshots  how fast a PostgreSQL database is copied and restored, against pg_dump | zstd and cp of the same data
//   live       from a move, an edit or a moved pointer to its frame in another tab, against a request that does nothing
//   scale      how fast the graph of 200 services answers with 1,000 on the platform, against a trivial request
//   telemetry  how fast printed lines are stored, against COPY of the same rows, and what a line takes
//   telemetry-tail  from a printed line to the page of somebody who follows the log, also while another service floods
//   telemetry-metrics  how fast a week of metrics is read, against Debian's Prometheus with the same series, and bytes per sample
//   telemetry-search  how soon the first page of a filter is there, with ten million lines of 24 hours stored (EASEL_BENCH_LOG_LINES for another number)
//   ingress    what the embedded ingress adds to requests, against nginx, haproxy and Caddy before the same upstream (wrk and nginx are needed)
//   canvas     what the canvas costs a browser: scripts, interactions, frames, memory, against a plain React Flow page
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { measureCanvas } from './canvas/canvas.mjs'
import { containersByHand } from './containers.mjs'
import { firstQueries } from './databases.mjs'
import { deployUnderLoad } from './deploys.mjs'
import { compareProxies } from './ingress/ingress.mjs'
import { tellings } from './live.mjs'
import { metricQueries } from './metrics.mjs'
import { fill } from './scale.mjs'
import { copies } from './snapshots.mjs'
import { ingest } from './telemetry/ingest.mjs'
import { searches } from './telemetry/search.mjs'
import { tails } from './telemetry/tail.mjs'
import { commandOf, databaseUrl, median, memoryMib, processTree, quantile, withProduct } from './product.mjs'

const round = (value, digits = 0) => Number(value.toFixed(digits))
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const BENCHES = {
  async memory({ supervisorPid, folder }) {
    await pause(20_000)
    const postmaster = Number(execFileSync('head', ['-1', join(folder, 'data', 'postgres', 'postmaster.pid')]).toString())
    const pids = [...new Set([...processTree(supervisorPid), ...processTree(postmaster)])]
    const rows = pids.map((pid) => ({ process: commandOf(pid), mib: round(memoryMib(pid), 1) })).sort((a, b) => b.mib - a.mib)
    console.table(rows)
    console.log(`Whole platform, idle: ${round(rows.reduce((sum, row) => sum + row.mib, 0))} MiB (proportional set size)`)
  },

  async deploy(product) {
    const { runs, asked, lost } = await deployUnderLoad(product)
    const names = runs[0].stages.map((stage) => stage.name)
    const ofStage = (name) => runs.map((run) => run.stages.find((stage) => stage.name === name)?.durationMs ?? 0)
    const queued = runs.map((run) => run.queuedMs)
    console.table([['queue', queued], ...names.map((name) => [name, ofStage(name)])].map(([stage, values]) => ({ stage, medianMs: round(median(values)), p95Ms: round(quantile(values, 0.95)) })))
    const own = await ownStartMs()
    const total = median(runs.map((run) => run.total))
    const first = runs.map((run) => run.firstByteMs)
    console.log(`${runs.length} deploys of an app without dependencies under load: ${round(total)} ms each; the app's own start: ${round(own)} ms; added: ${round(total - own)} ms (ratio ${round(total / own, 1)})`)
    console.log(`From the job to the first byte of the new version: median ${round(median(first))} ms, p95 ${round(quantile(first, 0.95))} ms (ratio to the app's own start ${round(median(first) / own, 1)})`)
    console.log(`Requests: ${asked}, lost: ${lost.length}${lost.length === 0 ? '' : ` (${[...new Set(lost)].slice(0, 5).join('; ')})`}`)
  },

  async docker(product) {
    const ways = await containersByHand(product)
    const rows = ['written', 'planned'].map((name) => [name, ways[`${name} by hand`], ways[`${name} by the platform`]])
    const compare = (kind, hand, own) => ({ [`${kind}: by hand, ms`]: round(hand[kind]), 'platform, ms': round(own[kind]), 'added, ms': round(own[kind] - hand[kind]), ratio: round(own[kind] / hand[kind], 2) })
    for (const kind of ['cold', 'warm']) console.table(rows.map(([name, hand, own]) => ({ Dockerfile: name === 'written' ? 'in the source' : 'made by the platform', ...compare(kind, hand, own) })))
    for (const [name, , own] of rows) console.log(`Cold, ${name}, ms of each stage: ${Object.entries(own.stages).map(([stage, ms]) => `${stage} ${ms}`).join(', ')}`)
    console.log('From asking for the deployment to the first answer of the new version, medians, against docker build && docker run by the same Dockerfile; the goal is at most 1,000 ms added.')
  },

  async 'telemetry-search'({ api, environmentId, folder, supervisorPid }) {
    console.table(await searches({ api, environmentId, databaseUrl: databaseUrl(folder), supervisorPid }))
    console.log('Medians. A page is given up after 800 ms and then says how far back it has searched; the goal is 200 ms over one hour and 1,000 ms over 24.')
  },

  async 'telemetry-tail'(product) {
    const { alone, flooded, stored } = await tails(product)
    const row = (what, times) => ({ what, lines: times.length, p50Ms: round(median(times)), p95Ms: round(quantile(times, 0.95)), p99Ms: round(quantile(times, 0.99)), worstMs: round(Math.max(...times)) })
    console.table([row('in the page', alone.times), row('in the page, while another service floods', flooded.times), row('age of the newest line that is stored, then', stored)])
    console.log(`From printing to the page of somebody who follows, 50 lines a second; goal: p95 of 500 ms. ${alone.unseen + flooded.unseen} lines were never seen in it: what is more than a screen is not drawn.`)
  },

  async databases(product) {
    const { added, hand } = await firstQueries(product)
    const of = (read) => round(median(added.map(read)))
    const stage = (name) => of(({ stages }) => stages.find((each) => each.name === name)?.durationMs ?? 0)
    console.table([{ drawnMs: of(({ drawnMs }) => drawnMs), fetchMs: stage('fetch'), releaseMs: stage('release'), startMs: stage('start'), firstQueryMs: of(({ firstQueryMs }) => firstQueryMs), shownRunningMs: of(({ runningMs }) => runningMs) }])
    const first = median(added.map(({ firstQueryMs }) => firstQueryMs))
    console.log(`From adding a PostgreSQL node to its first query: ${round(first)} ms; initdb, start and query by hand: ${round(median(hand))} ms (ratio ${round(first / median(hand), 2)}; medians of ${added.length})`)
  },

  async snapshots(product) {
    const { bytes, sizeBytes, times, hand } = await copies(product)
    const rate = (of, values) => ({ medianMs: round(median(values)), 'MB/s': round(of / 1e6 / (median(values) / 1000), 1) })
    const rows = [
      { what: 'snapshot', ...rate(bytes, times.snapshot), 'kept, MB': round(sizeBytes / 1e6, 1) },
      { what: 'restore in place, with its safety snapshot, until it answers', ...rate(bytes, times.restore) },
      { what: 'cp -a --reflink=auto of its files', ...rate(bytes, times.cp) },
    ]
    if (hand) rows.push({ what: `pg_dump | zstd -1, PostgreSQL ${hand.version}`, ...rate(hand.bytes, hand.times.dump), 'kept, MB': round(hand.sizeBytes / 1e6, 1) }, { what: `zstd -d | psql, PostgreSQL ${hand.version}`, ...rate(hand.bytes, hand.times.load) })
    console.table(rows)
    console.log(`A database of ${round(bytes / 1e6)} MB; MB/s are of that. ${hand ? `Snapshot against pg_dump | zstd: ratio ${round(median(times.snapshot) / median(hand.times.dump), 2)}, restore against psql: ${round(median(times.restore) / median(hand.times.load), 2)}` : 'No pg_dump with its server is installed to compare with.'}`)
  },

  async dashboard({ api, base, environmentId, folder }) {
    const { body: service } = await api('POST', `/environments/${environmentId}/services`, { source: { type: 'local', path: largeRepository(join(folder, 'large')) } })
    const idle = await sample(api, base, environmentId, 200)
    const { body: deployment } = await api('POST', `/services/${service.id}/deployments`, {})
    const busy = []
    for (;;) {
      busy.push(...(await sample(api, base, environmentId, 10)))
      const seen = (await api('GET', `/deployments/${deployment.id}`)).body
      if (['queued', 'building', 'releasing'].includes(seen.status)) continue
      console.log(`The build ended: ${seen.status} ${seen.failure?.message ?? ''}`, seen.stages.map((stage) => `${stage.name} ${stage.durationMs} ms`).join(', '))
      break
    }
    const p95 = (values) => quantile(values, 0.95)
    console.log(`Console and API, p95: idle ${round(p95(idle))} ms, while building ${round(p95(busy))} ms (ratio ${round(p95(busy) / p95(idle), 1)}; ${busy.length} requests)`)
  },
  async live(product) {
    const { alone, among, followers } = await tellings(product)
    const row = (name) => ({ what: name, p50Ms: round(median(alone[name]), 1), p95Ms: round(quantile(alone[name], 0.95), 1), ratio: round(median(alone[name]) / median(alone.nothing), 1), [`p50Ms, ${followers} follow`]: round(median(among[name]), 1), 'p95Ms then': round(quantile(among[name], 0.95), 1), 'ratio then': round(median(among[name]) / median(among.nothing), 1) })
    console.table(Object.keys(alone).map(row))
    console.log('From asking to the frame in another tab (goal: on the screen within 500 ms). One of those who follow does not read.')
  },

  async scale(product) {
    const { api } = product
    const [environmentId] = await fill(product)
    await untilInspected(api, environmentId)
    const paths = { trivial: '/auth/me', graph: `/environments/${environmentId}/graph`, 'list of services': `/environments/${environmentId}/services`, 'list of projects': '/projects' }
    const times = Object.fromEntries(Object.keys(paths).map((name) => [name, []]))
    // Warm, then in turns: whatever else the machine does slows all of them alike.
    for (let i = 0; i < 320; i++) {
      for (const [name, path] of Object.entries(paths)) {
        const began = performance.now()
        await api('GET', path)
        if (i >= 20) times[name].push(performance.now() - began)
      }
    }
    console.table(Object.entries(times).map(([name, values]) => ({ request: name, p50Ms: round(median(values), 1), p95Ms: round(quantile(values, 0.95), 1), ratio: round(median(values) / median(times.trivial), 1) })))
    const { body } = await api('GET', paths.graph)
    console.log(`The graph has ${body.nodes.length} nodes; p95 over HTTP ${round(quantile(times.graph, 0.95), 1)} ms (goal: 50 ms)`)
  },

  async 'telemetry-metrics'(product) {
    const { samples, ours, rows, prometheus } = await metricQueries(product)
    const p50 = (times, name) => (times[name] ? round(median(times[name]), 1) : null)
    console.table(rows.map(({ what, times, points }) => ({ question: what, points: points.ours, 'ours, ms': p50(times, 'ours'), ...(prometheus && { 'their points': points.prometheus, 'Prometheus, ms': p50(times, 'prometheus'), ratio: round(median(times.ours) / median(times.prometheus), 2), 'one sample a step, ms': p50(times, 'plain') }) })))
    const each = (bytes) => round(bytes / samples, 2)
    console.log(`${samples} samples. Bytes of each: ours ${each(ours.bytes.samples)} as samples, ${each(ours.bytes.coarse)} as minutes and quarters of an hour, ${each(ours.bytes.all)} on the disk with indexes${prometheus ? `; Prometheus ${each(prometheus.bytes)} on the disk, samples only` : '. No Prometheus is installed to compare with'}`)
    if (prometheus) console.log('Medians over HTTP, in turns. The means of all samples of each step; the last column is what Prometheus needs for one sample of each step. Goal: a ratio of at most 1 for 7 days.')
  },

  async canvas(product) {
    const { loaded, frames, latency, updates } = await measureCanvas(product)
    console.log(`Scripts of the canvas, as transferred: ${round(loaded.first / 1000, 1)} kB until it is live (goal: 250 kB); ${round(loaded.ahead / 1000, 1)} kB later, ahead of need`)
    const gestures = ['pan', 'drag', 'zoom']
    const row = (size, gesture, { ours, plain }) => ({ nodes: size, gesture, 'ours, ms': round(ours[gesture].all, 2), script: round(ours[gesture].script, 2), 'layout and style': round(ours[gesture].layout, 2), 'plain, ms': round(plain[gesture].all, 2), ratio: round(ours[gesture].all / plain[gesture].all, 2) })
    console.table(frames.flatMap((each) => gestures.map((gesture) => row(each.size, gesture, each))))
    console.log('Processor time of the main thread for each frame; the goal is a ratio of at most 1 for panning 1,000 nodes.')
    console.log(`${latency.count} interactions with 500 nodes, to the next paint: median ${round(latency.medianMs)} ms, p98 ${round(latency.p98Ms)} ms (goal: 100 ms)`)
    console.log(`One service changed: ${updates.rendered} node rendered (goal: 1). ${updates.updates} changes: heap ${round(updates.heapMib.before, 1)} MiB before, ${round(updates.heapMib.after, 1)} MiB after (ratio ${round(updates.heapMib.after / updates.heapMib.before, 2)})`)
  },
}

/** Measurements that need no product. */
const ALONE = {
  async ingress() {
    const { missing, rows, live, ours } = await compareProxies()
    for (const name of missing) console.log(`${name} is not installed: apt-get install ${name}`)
    if (!rows) return
    const [direct] = rows
    const own = rows.find(({ proxy }) => proxy === ours)
    const added = (row, name) => Math.max(0.001, row[name] - direct[name])
    const ratio = (row, name) => (row === direct ? null : round(added(own, name) / added(row, name), 2))
    console.table(rows.map((row) => ({ proxy: row.proxy, 'requests/s': round(row.perSecond), 'of ours': round(row.perSecond / own.perSecond, 2), 'added p50, ms': round(row.p50Ms - direct.p50Ms, 2), 'added p99, ms': round(row.p99Ms - direct.p99Ms, 2), 'ours adds, times (p50)': ratio(row, 'p50Ms'), 'ours adds, times (p99)': ratio(row, 'p99Ms'), 'memory, MiB': round(row.memoryMib, 1) })))
    const caddy = rows.find(({ proxy }) => proxy === 'caddy')
    if (caddy) console.log(`${round(own.perSecond / caddy.perSecond, 2)} of Caddy's requests/s (goal: at least 0.6)`)
    console.log(`Adds ${round(added(own, 'p99Ms'), 2)} ms at 1,000 requests/s, p99 (goal: at most 2 ms)`)
    console.log('One processor each; requests/s with 64 connections, latencies at 1,000 requests/s; the best of three runs in turns.')
    console.log(`5,000 routes and 5,000 sites at once are taken in ${round(live.first)} ms; one more is live after ${round(median(live.live))} ms, at most ${round(Math.max(...live.live))} ms (goal: 100 ms)`)
    for (const [what, times] of [['before', live.quiet], ['while all are told', live.whole], ['while one more is told', live.waits]]) console.log(`others wait ${what}: p50 ${round(median(times), 1)}, p99 ${round(quantile(times, 0.99), 1)}, at most ${round(Math.max(...times), 1)} ms`)
  },

  async telemetry() {
    const { lines, printedBytes, bytes, collected, copied } = await ingest()
    const of = (runs, name) => median(runs.map((run) => run[name]))
    const row = (way, runs) => ({ way, medianMs: round(of(runs, 'ms')), 'lines/s': round(lines / (of(runs, 'ms') / 1_000)), 'processor of ours, µs a line': round((of(runs, 'ownMs') / lines) * 1_000, 1), 'of the database': round((of(runs, 'databaseMs') / lines) * 1_000, 1) })
    console.table([row('through the collector', collected), row('COPY of the same rows', copied)])
    const processor = (runs) => median(runs.map(({ ownMs, databaseMs }) => ownMs + databaseMs))
    console.log(`${lines} lines of ${round(printedBytes / lines)} bytes each: the collector stores at ${round(of(copied, 'ms') / of(collected, 'ms'), 2)} of the speed of COPY (goal: 0.5), with ${round(processor(collected) / processor(copied), 2)} times its processor time. A stored line takes ${round(bytes / lines)} bytes, its places in indexes included.`)
  },
}

/** Reading what was drawn is work of its own, and over before anything is measured. */
async function untilInspected(api, environmentId) {
  for (;;) {
    const { body } = await api('GET', `/environments/${environmentId}/graph`)
    if (body.nodes.every((node) => node.framework !== null)) return
    await pause(1_000)
  }
}

/** Time from starting the same program by hand to its first answer. */
async function ownStartMs() {
  const times = []
  for (let i = 0; i < 5; i++) {
    const began = performance.now()
    const child = spawn(process.execPath, ['server.js'], { cwd: 'templates/node-service', env: { PATH: process.env.PATH, PORT: '23999' }, stdio: 'ignore' })
    while (!(await fetch('http://127.0.0.1:23999/health').then((response) => response.ok, () => false))) await pause(5)
    times.push(performance.now() - began)
    child.kill()
    await new Promise((resolve) => child.once('exit', resolve))
  }
  return median(times)
}

async function sample(api, base, environmentId, n) {
  const times = []
  for (let i = 0; i < n; i++) {
    const began = performance.now()
    if (i % 2 === 0) await api('GET', `/environments/${environmentId}/graph`)
    else await fetch(`${base}/sign-in`).then((response) => response.text())
    times.push(performance.now() - began)
    await pause(20)
  }
  return times
}

/** 500 source files and more than 300 MB of dependencies. */
function largeRepository(folder) {
  mkdirSync(join(folder, 'src'), { recursive: true })
  for (let i = 0; i < 500; i++) writeFileSync(join(folder, 'src', `module-${i}.js`), `export const value${i} = ${JSON.stringify('x'.repeat(200))}\n`)
  writeFileSync(join(folder, 'build.js'), "import { readdirSync, writeFileSync } from 'node:fs'\nwriteFileSync('built.json', JSON.stringify(readdirSync('src')))\n")
  writeFileSync(join(folder, 'server.js'), "import { createServer } from 'node:http'\ncreateServer((_, response) => response.end('ok')).listen(process.env.PORT)\n")
  const dependencies = { next: '16', react: '19', 'react-dom': '19', typescript: '5', esbuild: '*', 'lucide-react': '*', 'date-fns': '*', '@angular/core': '*', three: '*', 'monaco-editor': '*', '@mui/icons-material': '*', '@mui/material': '*', '@emotion/react': '*', '@emotion/styled': '*' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'large', private: true, type: 'module', scripts: { build: 'node build.js', start: 'node server.js' }, dependencies }))
  writeFileSync(join(folder, '.npmrc'), 'legacy-peer-deps=true\n')
  return folder
}

const names = process.argv.slice(2)
for (const name of names.length > 0 ? names : [...Object.keys(BENCHES), ...Object.keys(ALONE)]) {
  const bench = BENCHES[name] ?? ALONE[name]
  if (!bench) {
    console.error(`There is no measurement named ${name}. There are: ${[...Object.keys(BENCHES), ...Object.keys(ALONE)].join(', ')}.`)
    process.exit(2)
  }
  console.log(`\n== ${name}`)
  await (name in ALONE ? bench() : withProduct(bench))
}
