// A week of samples of the same series in the product and in Debian's Prometheus, and the same questions to both.
import { execFileSync, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { drizzle } from 'drizzle-orm/postgres-js'
import { build } from 'esbuild'
import postgres from 'postgres'

import { databaseUrl } from './product.mjs'

const SERVICES = 20
const STEP_S = 10
const WEEK_S = 7 * 86_400
/** What is older than this is not packed any more: the samples begin here. */
const OLDEST_S = WEEK_S - 2 * 3_600
const PART_S = 12 * 3_600
const PROMETHEUS_PORT = 19_090
const TIMES = 40
const WARM = 5

/** A noisy number that is the same for everybody who asks: of this series, at this step. */
function noise(series, step) {
  let x = (series * 7_919 + step * 104_729) >>> 0
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
}

/** What was measured: a processor that is busy by day, memory in pages that grows, requests that come in bursts. */
const MEASURES = {
  cpu: (service, step) => Math.round(200 + 150 * Math.sin(step / 1_375) + 100 * noise(service, step)),
  memory: (service, step) => 4_096 * Math.round(50_000 + step / 50 + 400 * noise(service + 100, Math.floor(step / 6)) + (noise(service, step) < 0.3 ? 20 : 0)),
  requests: (service, step) => Math.round(40 * noise(service + 200, step) * (1 + Math.sin(step / 1_375))),
}
const SERIES = Object.keys(MEASURES).flatMap((measure) => Array.from({ length: SERVICES }, (_, service) => ({ measure, service })))

/** Fills both and asks both. Null where no Prometheus is installed. */
export async function metricQueries({ api, environmentId, folder }) {
  const hasPrometheus = ['prometheus', 'promtool'].every((program) => isInstalled(program))
  const now = Math.floor(Date.now() / 1_000 / STEP_S) * STEP_S
  const from = now - OLDEST_S
  const sql = postgres(databaseUrl(folder), { max: 4, onnotice: () => {} })
  try {
    const samples = (SERIES.length * (now - from)) / STEP_S
    await fillOurs(sql, { environmentId, from, until: now })
    const ours = { bytes: await bytesOf(sql), samples }
    const prometheus = hasPrometheus ? await startPrometheus(join(folder, 'prometheus'), { from, until: now }) : null
    try {
      const rows = []
      for (const question of QUESTIONS) rows.push(await compare(question, { api, environmentId, now }))
      return { samples, ours, rows, prometheus: prometheus && { bytes: prometheus.bytes } }
    } finally {
      await prometheus?.stop()
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

const QUESTIONS = [
  { what: 'processor by service, 7 d', measure: 'cpu', by: 'service', spanS: WEEK_S, stepS: 1_800, expression: 'avg_over_time(cpu[30m])', plain: 'cpu' },
  { what: 'memory of all, 7 d', measure: 'memory', by: 'total', spanS: WEEK_S, stepS: 1_800, expression: 'sum(avg_over_time(memory[30m]))', plain: 'sum(memory)' },
  { what: 'requests by service, 7 d', measure: 'requests', by: 'service', spanS: WEEK_S, stepS: 1_800, expression: 'sum by (service) (rate(requests_total[30m]))', plain: null },
  { what: 'processor by service, 6 h', measure: 'cpu', by: 'service', spanS: 6 * 3_600, stepS: 60, expression: 'avg_over_time(cpu[1m])', plain: 'cpu' },
  { what: 'processor by service, 1 h', measure: 'cpu', by: 'service', spanS: 3_600, stepS: 10, expression: 'cpu', plain: null },
]

async function compare({ what, measure, by, spanS, stepS, expression, plain }, { api, environmentId, now }) {
  const span = { from: new Date((now - spanS) * 1_000).toISOString(), until: new Date(now * 1_000).toISOString() }
  const us = () => api('GET', `/environments/${environmentId}/metrics?${new URLSearchParams({ measure, by, stepSeconds: stepS, ...span })}`)
  const them = (query) => async () => {
    const address = `http://127.0.0.1:${PROMETHEUS_PORT}/api/v1/query_range?${new URLSearchParams({ query, start: now - spanS, end: now, step: stepS })}`
    const response = await fetch(address).catch(() => null)
    return { body: await response?.json() }
  }
  const ways = { ours: us, prometheus: them(expression), ...(plain === null ? {} : { plain: them(plain) }) }
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]))
  const points = {}
  // In turns: whatever else the machine does slows all of them alike.
  for (let i = 0; i < TIMES + WARM; i++) {
    for (const [name, ask] of Object.entries(ways)) {
      const began = performance.now()
      const { body } = await ask()
      if (i >= WARM) times[name].push(performance.now() - began)
      points[name] = body?.series ? body.series.reduce((sum, one) => sum + one.points.filter((point) => point !== null).length, 0) : (body?.data?.result ?? []).reduce((sum, one) => sum + one.values.length, 0)
    }
  }
  return { what, times, points }
}

/** By the code that packs for the product, half a day at a time as it would have come. */
async function fillOurs(sql, { environmentId, from, until }) {
  // Where the packages are found that it imports.
  const outfile = join(process.cwd(), 'dist', 'bench-pack.mjs')
  await build({ entryPoints: ['lib/telemetry/metric/pack.ts'], bundle: true, packages: 'external', platform: 'node', format: 'esm', outfile, logLevel: 'warning' })
  const { packMetrics } = await import(pathToFileURL(outfile).href)
  const ids = []
  for (const { measure, service } of SERIES) {
    const [row] = await sql`
      insert into metric_series (key, measure, environment_id, service_id, part, first_at, last_at)
      values (${`bench ${measure} ${service}`}, ${measure}, ${environmentId}, ${`svc_bench${String(service).padStart(17, '0')}`}, '0', ${new Date(from * 1_000)}, ${new Date(until * 1_000)}) returning id`
    ids.push(row.id)
  }
  for (let begin = from; begin < until; begin += PART_S) {
    const end = Math.min(until, begin + PART_S)
    const copy = await sql`copy metric_points (series_id, at, value) from stdin`.writable()
    for (const [index, { measure, service }] of SERIES.entries()) {
      let text = ''
      for (let at = begin; at < end; at += STEP_S) text += `${ids[index]}\t${new Date(at * 1_000).toISOString()}\t${MEASURES[measure](service, (at - from) / STEP_S)}\n`
      if (!copy.write(text)) await once(copy, 'drain')
    }
    copy.end()
    await once(copy, 'finish')
    await packMetrics(drizzle(sql), new Date((end + 3_600) * 1_000))
  }
  await sql`vacuum analyze metric_chunks`
  await sql`vacuum analyze metric_points`
}

/** On the disk, with indexes; and what of it is packed samples of ten seconds only. */
async function bytesOf(sql) {
  const [row] = await sql`
    select pg_total_relation_size('metric_chunks')::float8 as all, (select sum(pg_column_size(packed)) from metric_chunks where step_seconds = 10)::float8 as samples,
      (select sum(pg_column_size(packed)) from metric_chunks where step_seconds > 10)::float8 as coarse`
  return row
}

async function startPrometheus(folder, { from, until }) {
  mkdirSync(folder, { recursive: true })
  const data = join(folder, 'data')
  const totals = Array(SERVICES).fill(0)
  // It reads all of a text for every block of two hours that it makes of it: so each text is short.
  for (let begin = from; begin < until; begin += PART_S) {
    const text = join(folder, 'samples.txt')
    await writeText(text, { from, begin, end: Math.min(until, begin + PART_S), totals })
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', text, data], { stdio: 'ignore' })
  }
  const bytes = sizeOf(data)
  const config = join(folder, 'prometheus.yml')
  writeFileSync(config, 'scrape_configs: []\n')
  const child = spawn('prometheus', [`--config.file=${config}`, `--storage.tsdb.path=${data}`, '--storage.tsdb.retention.time=30d', `--web.listen-address=127.0.0.1:${PROMETHEUS_PORT}`], { stdio: 'ignore' })
  const gone = once(child, 'exit')
  for (let tries = 0; tries < 200 && !(await fetch(`http://127.0.0.1:${PROMETHEUS_PORT}/-/ready`).then((response) => response.ok, () => false)); tries++) await new Promise((resolve) => setTimeout(resolve, 100))
  return {
    bytes,
    async stop() {
      child.kill()
      await gone
    },
  }
}

async function writeText(path, { from, begin, end, totals }) {
  const file = createWriteStream(path)
  const write = async (chunk) => void (file.write(chunk) || (await once(file, 'drain')))
  for (const measure of Object.keys(MEASURES)) {
    const isCounter = measure === 'requests'
    await write(`# TYPE ${measure} ${isCounter ? 'counter' : 'gauge'}\n`)
    for (let service = 0; service < SERVICES; service++) {
      let lines = ''
      for (let at = begin; at < end; at += STEP_S) {
        const value = MEASURES[measure](service, (at - from) / STEP_S)
        if (isCounter) totals[service] += value
        lines += `${measure}${isCounter ? '_total' : ''}{service="${service}",part="0"} ${isCounter ? totals[service] : value} ${at}\n`
      }
      await write(lines)
    }
  }
  await write('# EOF\n')
  file.end()
  await once(file, 'finish')
}

function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => sum + (entry.isDirectory() ? sizeOf(join(folder, entry.name)) : statSync(join(folder, entry.name)).size), 0)
}

function isInstalled(program) {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
