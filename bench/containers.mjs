// From a push to the new version's first answer on Docker, against `docker build && docker run` by hand of the same app by the
// same Dockerfile, in turns within one run: one that is in the source, and the one that the platform makes where there is none.
// `cold`: the source is new, so all of it is built; `warm`: it is the same as before.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'

import { layOutPlanned } from './planned-dockerfile.mjs'
import { median } from './product.mjs'

const ROUNDS = Number(process.env.EASEL_BENCH_DEPLOYS ?? 7)
const HAND_PORT = 35_300
const DOCKERFILE = `FROM node:${process.versions.node.split('.')[0]}-bookworm-slim
WORKDIR /app
COPY . .
RUN ["node", "build.js"]
USER node
CMD ["node", "server.js"]
`
const SERVER = `const { readFileSync } = require('node:fs')
const { PORT = 8080 } = process.env
require('node:http').createServer((_, response) => response.end(readFileSync('built', 'utf8'))).listen(PORT)
`
const BUILD = `require('node:fs').writeFileSync('built', require('node:fs').readFileSync('version', 'utf8'))
`

/** Milliseconds by way, `{ cold, warm, stages }`: medians, and of each stage of the platform's cold deployments too. */
export async function containersByHand({ api, folder, ingressPort }) {
  const docker = buildingClient()
  const targetId = await dockerTarget(api)
  const { body: project } = await api('POST', '/projects', { name: 'Containers', targetId })
  const environmentId = project.environments[0].id
  const hands = { written: byHand(docker, folder, 'written'), planned: byHand(docker, folder, 'planned') }
  await layOutPlanned(hands.planned.path)
  const services = { written: await service(api, { environmentId, folder, name: 'written', files: { Dockerfile: DOCKERFILE } }), planned: await service(api, { environmentId, folder, name: 'planned', files: {} }) }
  const ways = Object.keys(services).flatMap((name) => [
    { name: `${name} by hand`, deploy: hands[name].deploy },
    { name: `${name} by the platform`, deploy: (version) => byPlatform(api, services[name], { ingressPort, version }) },
  ])
  const times = Object.fromEntries(ways.map(({ name }) => [name, { cold: [], warm: [], stages: [] }]))
  try {
    // The first round makes what is made once: the base image's unpacking, the network, what packages come from.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const kind of ['cold', 'warm']) {
        for (const { name, deploy } of ways) {
          const { ms, stages = [] } = await deploy(kind === 'cold' ? `${process.pid} ${round}` : null)
          if (round > 0) times[name][kind].push(ms)
          if (round > 0 && kind === 'cold') times[name].stages.push(stages)
        }
      }
    }
  } finally {
    for (const hand of Object.values(hands)) hand.remove()
    await api('DELETE', `/projects/${project.id}`)
    await gone(docker, Object.values(services).map(({ id }) => id))
  }
  return Object.fromEntries(Object.entries(times).map(([name, { cold, warm, stages }]) => [name, { cold: median(cold), warm: median(warm), stages: mediansOf(stages) }]))
}

/** `[{ name: ms }]` of each round, as one such thing. */
function mediansOf(rounds) {
  return Object.fromEntries(Object.keys(rounds[0] ?? {}).map((name) => [name, Math.round(median(rounds.map((stages) => stages[name])))]))
}

/** The app in a folder of its own, built and started with the engine's own client. */
function byHand(docker, folder, name) {
  const { path, commit } = repository(join(folder, `${name}-by-hand`), { Dockerfile: DOCKERFILE })
  const image = `easel-bench-${process.pid}-${name}`
  let last = ''
  return {
    path,
    async deploy(version) {
      if (version !== null) commit((last = version))
      const began = performance.now()
      execFileSync(docker, ['build', '-q', '-t', image, path], { env: { ...process.env, DOCKER_BUILDKIT: '1' }, stdio: ['ignore', 'ignore', 'inherit'] })
      execFileSync(docker, ['run', '-d', '--name', image, '-p', `127.0.0.1:${HAND_PORT}:8080`, image], { stdio: ['ignore', 'ignore', 'inherit'] })
      while ((await text(HAND_PORT, 'localhost')) !== last) await pause(5)
      const ms = performance.now() - began
      spawnSync(docker, ['rm', '-f', image], { stdio: 'ignore' })
      return { ms }
    },
    remove() {
      for (const what of [['rm', '-f', image], ['rmi', '-f', image]]) spawnSync(docker, what, { stdio: 'ignore' })
    },
  }
}

async function byPlatform(api, { id, host, commit, last }, { ingressPort, version }) {
  if (version !== null) commit((last.version = version))
  const began = performance.now()
  const { body } = await api('POST', `/services/${id}/deployments`, {})
  // The former version answers with the same text when nothing has changed: only the end of the deployment tells.
  const deployment = await untilActive(api, body.id)
  while ((await text(ingressPort, host)) !== last.version) await pause(5)
  return { ms: performance.now() - began, stages: { queue: Date.parse(deployment.startedAt) - Date.parse(deployment.createdAt), ...Object.fromEntries(deployment.stages.map(({ name, durationMs }) => [name, durationMs ?? 0])) } }
}

async function untilActive(api, deploymentId) {
  for (;;) {
    const { body: seen } = await api('GET', `/deployments/${deploymentId}`)
    if (seen.status === 'active') return seen
    if (!['queued', 'building', 'releasing'].includes(seen.status)) throw new Error(`Deployment ${seen.status}: ${seen.failure?.message}`)
    await pause(20)
  }
}

async function service(api, { environmentId, folder, name, files }) {
  const { path, commit } = repository(join(folder, name), files)
  commit('first')
  const { body } = await api('POST', `/environments/${environmentId}/services`, { name, source: { type: 'git', url: `file://${path}` } })
  return { id: body.id, host: new URL(body.url).host, commit, last: { version: 'first' } }
}

function repository(path, files) {
  mkdirSync(path, { recursive: true })
  const git = (...args) => execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', '-c', 'init.defaultBranch=main', ...args], { cwd: path, stdio: 'ignore' })
  git('init', '-q')
  const all = { 'package.json': JSON.stringify({ name: 'app', private: true, scripts: { build: 'node build.js', start: 'node server.js' } }), 'build.js': BUILD, 'server.js': SERVER, ...files }
  for (const [name, content] of Object.entries(all)) writeFileSync(join(path, name), content)
  return {
    path,
    commit(version) {
      writeFileSync(join(path, 'version'), version)
      git('add', '-A')
      git('commit', '-q', '-m', version)
    },
  }
}

async function dockerTarget(api) {
  const { body: me } = await api('GET', '/auth/me')
  const { body } = await api('GET', `/organizations/${me.memberships[0].organization.id}/targets`)
  const found = body.items.find((target) => target.kind === 'docker' && target.seen?.ok)
  if (!found) throw new Error('No Docker engine answers on this machine; this measurement needs one.')
  return found.id
}

/** The first `docker` that can build with BuildKit: not each client on the path has what it takes. */
function buildingClient() {
  const found = ['docker', '/usr/bin/docker', '/usr/local/bin/docker'].find((name) => spawnSync(name, ['build', '-q', '-'], { input: 'FROM scratch\nLABEL easel.bench=1\n', env: { ...process.env, DOCKER_BUILDKIT: '1' } }).status === 0)
  if (!found) throw new Error('No docker client on this machine can build with BuildKit; this measurement needs one.')
  return found
}

/** The product must not end before its worker has removed what there is. */
async function gone(docker, serviceIds) {
  const left = () => serviceIds.some((id) => [['ps', '-aq'], ['images', '-q']].some((list) => execFileSync(docker, [...list, '--filter', `label=easel.service=${id}`], { encoding: 'utf8' }).trim() !== ''))
  for (let tries = 0; tries < 300 && left(); tries++) await pause(100)
}

function text(port, host) {
  return new Promise((resolve) => {
    request({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      let all = ''
      response.on('data', (chunk) => (all += chunk)).once('end', () => resolve(all)).once('error', () => resolve(null))
    }).once('error', () => resolve(null)).end()
  })
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
