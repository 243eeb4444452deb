// Starts the product for a measurement: its own data folder and ports, ended and removed afterwards.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const PORT = Number(process.env.EASEL_BENCH_PORT ?? 4321)
const INGRESS_PORT = PORT + 1
// Outside of those that Linux gives to connections.
const WORKLOAD_PORTS = '24000-25199'
const SIGNALS = ['SIGINT', 'SIGTERM']

/** Runs `work` against a fresh product and stops it whatever happens. */
export async function withProduct(work) {
  const folder = mkdtempSync(join(tmpdir(), 'easel-bench-'))
  const env = { ...process.env, EASEL_DATA_DIR: join(folder, 'data'), PORT: String(PORT), EASEL_INGRESS_PORT: String(INGRESS_PORT), EASEL_WORKLOAD_PORTS: process.env.EASEL_BENCH_WORKLOAD_PORTS ?? WORKLOAD_PORTS }
  const began = performance.now()
  const child = spawn(process.execPath, [join(root, 'bin', 'start.mjs')], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  // A measurement that is broken off leaves nothing running either.
  const breakOff = async () => {
    await end(child, folder)
    process.exit(130)
  }
  for (const signal of SIGNALS) process.once(signal, breakOff)
  try {
    await new Promise((resolve, reject) => {
      child.stdout.on('data', (chunk) => String(chunk).includes('Easel is ready') && resolve())
      child.once('exit', (code) => reject(new Error(`The product ended with exit code ${code}.`)))
    })
    const startMs = performance.now() - began
    const owner = { name: 'Bench', email: 'bench@example.com', password: 'correct horse' }
    const { body } = await call(null, 'POST', '/auth/register', owner)
    const api = (method, path, input) => call(body.accessToken, method, path, input)
    const project = await api('POST', '/projects', { name: 'Bench' })
    return await work({ api, environmentId: project.body.environments[0].id, supervisorPid: child.pid, startMs, folder, owner, base: `http://localhost:${PORT}`, ingressPort: INGRESS_PORT })
  } finally {
    for (const signal of SIGNALS) process.off(signal, breakOff)
    await end(child, folder)
  }
}

async function end(child, folder) {
  const postgres = join(folder, 'data', 'postgres')
  // As root the cluster may lie where its user can reach it.
  const cluster = existsSync(postgres) ? realpathSync(postgres) : postgres
  const gone = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null && child.kill('SIGINT')) await gone
  for (const path of [cluster, folder]) rmSync(path, { recursive: true, force: true })
}

/** Where the database of a product answers, with this folder. */
export function databaseUrl(folder) {
  const port = readFileSync(join(folder, 'data', 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3].trim()
  const password = readFileSync(join(folder, 'data', 'secrets', 'postgres-password'), 'utf8').trim()
  return `postgres://easel:${password}@127.0.0.1:${port}/easel`
}

async function call(token, method, path, input) {
  const response = await fetch(`http://localhost:${PORT}/api/v1${path}`, {
    method,
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(input ? { 'content-type': 'application/json' } : {}) },
    ...(input ? { body: JSON.stringify(input) } : {}),
  })
  const body = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${body.message}`)
  return { status: response.status, body }
}

/** Deploys a service and waits for the end of the deployment. */
export async function deploy(api, serviceId) {
  const { body } = await api('POST', `/services/${serviceId}/deployments`, {})
  for (;;) {
    const seen = (await api('GET', `/deployments/${body.id}`)).body
    if (!['queued', 'building', 'releasing'].includes(seen.status)) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Every process below (and including) a pid, by the parents in /proc; a detached one is found by its parent too. */
export function processTree(pid) {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }]
    } catch {
      return []
    }
  })
  const found = [pid]
  for (const at of found) found.push(...parents.filter(({ parent }) => parent === at).map((entry) => entry.pid))
  return found
}

/** Proportional set size in MiB: shared pages are counted once over all processes. */
export function memoryMib(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+)/m.exec(text)[1]) / 1024
}

export function commandOf(pid) {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 4).map((word) => word.split('/').at(-1)).join(' ').trim()
}

export function median(values) {
  return quantile(values, 0.5)
}

export function quantile(values, q) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
}

/** One request through the ingress; resolves with the milliseconds it took. */
export function visit(port, host) {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers: { host } }, (response) => response.resume().once('end', () => resolve(performance.now() - began))).once('error', reject).end()
  })
}
