// How soon a new route is live among thousands, and how long others wait meanwhile.
import { Agent, request } from 'node:http'

export const ROUTES = 5_000
const PUBLICATIONS = 20

export const route = (id, host, port) => ({ serviceId: id, name: id, hosts: [host], privatePort: null, targets: [{ host: '127.0.0.1', port, deploymentId: 'dep_1' }], unavailable: null, hold: null })
const rules = { forceHttps: false, hsts: null, redirectTo: null, redirects: [], headers: [{ name: 'X-Frame-Options', value: 'DENY' }], allow: [], deny: ['192.0.2.0/24'], basicAuth: [], maintenance: null, maxBodyBytes: 1e9, answerMs: null, rateLimit: null }
const site = (host, serviceId) => ({ domainId: `dom_${host}`, host, paths: [{ prefix: '/', serviceId, port: null, isStripped: false }], rules, certificateId: null })

/**
 * Milliseconds: `first` to take all of them at once, `live` from telling a table with one route more until that is answered, `waits`
 * of those who ask for something else one after the other, before (`quiet`) and while tables are told.
 */
export async function newRoutes(ours, port, upstreamPort) {
  const routes = Array.from({ length: ROUTES }, (_, i) => route(`svc_${i}`, `s${i}.localhost`, upstreamPort))
  const sites = routes.map(({ serviceId }, i) => site(`shop${i}.example`, serviceId))
  await ours.tell({ version: 2, routes: [routes[0]] })
  const asking = keepAsking(port, 's0.localhost')
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const quiet = asking.times.splice(0)
  const all = performance.now()
  await ours.tell({ version: 3, routes, sites })
  const first = performance.now() - all
  const whole = asking.times.splice(0)
  const live = []
  for (let version = 4; version < 4 + PUBLICATIONS; version++) {
    const host = `new${version}.example`
    routes.push(route(`svc_new${version}`, `new${version}.localhost`, upstreamPort))
    sites.push(site(host, `svc_new${version}`))
    const began = performance.now()
    const told = ours.tell({ version, routes, sites })
    while ((await statusOf(port, host)) !== 200) await new Promise((resolve) => setTimeout(resolve, 1))
    live.push(performance.now() - began)
    await told
  }
  await asking.end()
  return { first, live, quiet, whole, waits: asking.times }
}

function keepAsking(port, host) {
  const agent = new Agent({ keepAlive: true })
  const times = []
  let isOver = false
  const done = (async () => {
    while (!isOver) {
      const began = performance.now()
      if ((await statusOf(port, host, agent)) !== 200) throw new Error(`${host} is not answered while tables are told.`)
      times.push(performance.now() - began)
    }
  })()
  return {
    times,
    async end() {
      isOver = true
      await done
      agent.destroy()
    },
  }
}

function statusOf(port, host, agent) {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent, headers: { host } }, (response) => response.resume().once('end', () => resolve(response.statusCode))).once('error', reject).end()
  })
}
