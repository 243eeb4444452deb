// Proxies in front of one upstream, each as its manual says for many connections that are kept, on one processor where it can be told.
import { execFileSync, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { existsSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { delimiter, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { Readable } from 'node:stream'

import { processTree, memoryMib } from '../product.mjs'

const HOST = 'bench.localhost'
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Debian keeps servers where not everybody looks. */
export function found(name) {
  return [...process.env.PATH.split(delimiter), '/usr/sbin'].map((folder) => join(folder, name)).find(existsSync) ?? null
}

/** How each is started in this folder; `null` for those that are not installed. */
const PROXIES = {
  'nginx (upstream, asked directly)': { program: 'nginx', arguments: (folder, port) => nginx(folder, 'upstream', `server { listen 127.0.0.1:${port}; access_log off; location / { return 200 "${'x'.repeat(600)}"; } }`) },
  nginx: { program: 'nginx', arguments: (folder, port, upstream) => nginx(folder, 'proxy', `upstream up { server 127.0.0.1:${upstream}; keepalive 128; } server { listen 127.0.0.1:${port}; access_log off; location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; } }`) },
  haproxy: { program: 'haproxy', arguments: (folder, port, upstream) => ['-f', file(folder, 'haproxy.cfg', `global\n  nbthread 1\n  maxconn 4000\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n  option forwardfor\n  http-reuse always\nfrontend in\n  bind 127.0.0.1:${port}\n  default_backend up\nbackend up\n  server one 127.0.0.1:${upstream}\n`)] },
  caddy: { program: 'caddy', environment: { GOMAXPROCS: '1' }, arguments: (folder, port, upstream) => ['run', '--adapter', 'caddyfile', '--config', file(folder, 'Caddyfile', `{\n  admin off\n  auto_https off\n}\nhttp://:${port} {\n  bind 127.0.0.1\n  reverse_proxy 127.0.0.1:${upstream}\n}\n`)] },
}

function file(folder, name, text) {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function nginx(folder, name, http) {
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${folder}/${name}-${each};`).join(' ')
  return ['-p', folder, '-e', join(folder, `${name}.log`), '-c', file(folder, `${name}.conf`, `daemon off; worker_processes 1; pid ${folder}/${name}.pid; error_log ${folder}/${name}.log; events { worker_connections 4096; } http { ${places} keepalive_requests 1000000; ${http} }`)]
}

/** One that runs, with its memory and its end; null when it is not installed. */
export async function startProxy(name, folder, port, upstream) {
  const { program, environment = {}, arguments: write } = PROXIES[name]
  const path = found(program)
  return path && running(spawn(path, write(folder, port, upstream), { cwd: folder, env: { ...process.env, HOME: folder, ...environment }, stdio: 'ignore' }), port)
}

/** The ingress as the supervisor starts it, with its routes told over its socket. */
export async function startEmbedded(folder, port, root) {
  execFileSync(process.execPath, [join(root, 'bin', 'build.mjs'), 'programs'], { cwd: root, stdio: 'ignore' })
  const env = { PATH: process.env.PATH, EASEL_DATA_DIR: folder, EASEL_INGRESS_PORT: String(port), EASEL_LOG_LEVEL: 'silent', NODE_ENV: 'production' }
  const child = spawn(process.execPath, ['--max-semi-space-size=8', join(root, 'dist', 'ingress.mjs')], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return { ...(await running(child, port)), tell: teller(join(folder, 'ingress', 'admin.sock')) }
}

async function running(child, port) {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let isOver = false
  void ended.then(() => (isOver = true))
  while (!(await answers(port))) {
    if (isOver) throw new Error(`${child.spawnfile} ended before it listened.`)
    await pause(50)
  }
  return {
    memoryMib: () => processTree(child.pid).reduce((sum, pid) => sum + memoryMib(pid), 0),
    async end() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await ended
      clearTimeout(timer)
    },
  }
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(Boolean(socket.destroy())))
    socket.once('error', () => resolve(false))
  })
}

/** As the worker tells it: lines of JSON, of every table after the first only those that are different. */
function teller(socketPath) {
  let last = null
  return async ({ version, routes, sites = [] }) => {
    const lines = new Set()
    // Others ask meanwhile from this same program: it does not keep them waiting itself.
    for (const thing of [...routes.map((route) => ({ route })), ...sites.map((site) => ({ site }))]) {
      lines.add(JSON.stringify(thing))
      if (lines.size % 250 === 0) await turn()
    }
    const told = last ? [JSON.stringify({ version, since: last.id }), ...[...last.lines].filter((line) => !lines.has(line)).map((line) => `-${line}`), ...[...lines].filter((line) => !last.lines.has(line))] : [JSON.stringify({ version }), ...lines]
    last = { id: await tell(socketPath, told), lines }
  }
}

function tell(socketPath, lines) {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: 'PUT', path: '/table', headers: { 'content-type': 'application/x-ndjson' } }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString()
      if (response.statusCode === 200) resolve(JSON.parse(text).table)
      else reject(new Error(`The table was answered with ${response.statusCode}: ${text}`))
    })
    Readable.from(pieces(lines)).pipe(asked.once('error', reject))
  })
}

function* pieces(lines) {
  for (let i = 0; i < lines.length; i += 100) yield lines.slice(i, i + 100).map((line) => `${line}\n`).join('')
}

/** What wrk measures with so many connections that ask without a pause: requests per second. */
export async function load(port, { connections, seconds }) {
  const child = spawn(found('wrk'), ['-t1', `-c${connections}`, `-d${seconds}s`, '-H', `Host: ${HOST}`, `http://127.0.0.1:${port}/`], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk))
  await new Promise((resolve) => child.once('close', resolve))
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]), wrong: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0) }
}

/** So many requests per second, each sent when it is due whether those before it are answered or not: latencies in milliseconds. */
export async function paced(port, { perSecond, seconds }) {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 })
  const times = []
  let wrong = 0
  const one = (due) =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, agent, headers: { host: HOST } }, (response) => {
        if (response.statusCode !== 200) wrong++
        response.resume().once('end', () => resolve(times.push(performance.now() - due)))
      })
      asked.once('error', reject).end()
    })
  const began = performance.now()
  const asked = []
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = began + (n * 1_000) / perSecond
    while (performance.now() < due) await pause(1)
    // From when it is sent: that this program itself was late is nobody's latency.
    asked.push(one(performance.now()))
  }
  await Promise.all(asked)
  agent.destroy()
  times.sort((a, b) => a - b)
  return { p50Ms: times[Math.floor(times.length / 2)], p99Ms: times[Math.floor(times.length * 0.99)], wrong }
}

export { HOST }
