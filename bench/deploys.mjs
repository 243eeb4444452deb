// What deploys cost and lose: an app that answers with its deployment's id is deployed again and again while it is asked
// all the time, on kept connections and on new ones.
import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'

import { deploy } from './product.mjs'

const SERVER = `require('node:http').createServer((_, response) => response.end(process.env.EASEL_DEPLOYMENT_ID)).listen(process.env.PORT)`
const ASKERS = 20
const TIMES = Number(process.env.EASEL_BENCH_DEPLOYS ?? 20)

/** Deploys `TIMES` times under load. Times are milliseconds. */
export async function deployUnderLoad({ api, environmentId, folder, ingressPort }) {
  const path = join(folder, 'app')
  mkdirSync(path)
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', scripts: { start: 'node server.js' } }))
  writeFileSync(join(path, 'server.js'), SERVER)
  const { body: service } = await api('POST', `/environments/${environmentId}/services`, { name: 'app', source: { type: 'local', path } })
  await deploy(api, service.id)
  const load = askAllTheTime(ingressPort, new URL(service.url).host)
  const runs = []
  for (let i = 0; i < TIMES; i++) {
    const began = performance.now()
    const deployment = await deploy(api, service.id)
    if (deployment.status !== 'active') throw new Error(`Deployment ${deployment.status}: ${deployment.failure?.message}`)
    const firstByteAt = await load.firstAnswerOf(deployment.id)
    const queuedMs = new Date(deployment.startedAt) - new Date(deployment.createdAt)
    runs.push({ total: performance.now() - began, firstByteMs: firstByteAt - began, queuedMs, stages: deployment.stages })
  }
  return { runs, ...(await load.stop()) }
}

function askAllTheTime(port, host) {
  const kept = new Agent({ keepAlive: true })
  const firstAnswers = new Map()
  const waiting = new Map()
  const lost = []
  let asked = 0
  let isOver = false
  const ask = (agent) => new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, headers: { host }, agent, timeout: 30_000 }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode, text }))
      response.once('error', (error) => resolve({ status: 0, text: error.message }))
    })
    sent.once('timeout', () => sent.destroy(new Error('no answer in 30 s')))
    sent.once('error', (error) => resolve({ status: 0, text: error.message })).end()
  })
  const askers = Array.from({ length: ASKERS }, async (_, i) => {
    while (!isOver) {
      const { status, text } = await ask(i % 2 === 0 ? kept : false)
      asked++
      if (status !== 200) lost.push(`${status} ${text.slice(0, 100)}`)
      else if (!firstAnswers.has(text)) {
        firstAnswers.set(text, performance.now())
        waiting.get(text)?.()
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })
  return {
    firstAnswerOf: async (id) => {
      if (!firstAnswers.has(id)) await new Promise((resolve) => waiting.set(id, resolve))
      return firstAnswers.get(id)
    },
    async stop() {
      isOver = true
      await Promise.all(askers)
      kept.destroy()
      return { asked, lost }
    },
  }
}
