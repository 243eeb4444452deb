import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from '@playwright/test'

import { repository, serverFiles, signInOverRest, until, visit, type Answer, type Api } from './support'

// The worker is killed in the middle of a build and in the middle of a release: the deployment goes on, once, and the
// running version never stops.

// A request that is lost once is lost: there is no second try.
test.describe.configure({ retries: 0 })

test.skip(process.platform !== 'linux', 'finds the worker by /proc')

/** The worker of this product: the child of its supervisor that runs worker.mjs. */
function workerPid(): number | null {
  const supervisor = readFileSync(join(process.env.EASEL_E2E_DIR!, 'data', 'easel.pid'), 'utf8').trim()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      if (parent === supervisor && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker.mjs')) return Number(pid)
    } catch {
      continue
    }
  }
  return null
}

async function serviceWith(api: Api, name: string, deploy: boolean) {
  const source = repository(name)
  source.commit(serverFiles('first'), 'First')
  const project = await api.send('POST', '/api/v1/projects', { name })
  const service = await api.send('POST', `/api/v1/environments/${project.body.environments[0].id}/services`, { source: { type: 'git', url: source.url } })
  if (deploy) await ended(api, (await api.send('POST', `/api/v1/services/${service.body.id}/deployments`, {})).body.id)
  return { source, id: service.body.id as string, url: service.body.url as string }
}

function ended(api: Api, id: string): Promise<Answer['body']> {
  return until(`deployment ${id} to end`, async () => {
    const { body } = await api.get(`/api/v1/deployments/${id}`)
    return ['queued', 'building', 'releasing'].includes(body.status) ? null : body
  }, 120_000)
}

/** Asks all the time until told to stop; gives what was not answered with 200. */
function askAllTheTime(url: string): () => Promise<{ asked: number; lost: unknown[] }> {
  let isOver = false
  let asked = 0
  const lost: unknown[] = []
  const running = (async () => {
    while (!isOver) {
      const answer = await visit(url).catch((error: unknown) => error)
      asked++
      if ((answer as { status?: number }).status !== 200) lost.push(answer)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })()
  return async () => {
    isOver = true
    await running
    return { asked, lost }
  }
}

for (const moment of ['build', 'release'] as const) {
  test(`a worker killed in the middle of a ${moment} loses nothing`, async () => {
    const api = await signInOverRest()
    const { source, id, url } = await serviceWith(api, `killed-${moment}`, true)
    const files = serverFiles('second')
    const slowBuild = { ...files, 'package.json': JSON.stringify({ name: 'killed', private: true, scripts: { build: 'node wait.js', start: 'node server.js' } }), 'wait.js': "console.log('building'); setTimeout(() => {}, 4000)" }
    const slowStart = { ...files, 'server.js': `setTimeout(() => {\n${files['server.js']}}, 4000)\nconsole.log('starting')\n` }
    source.commit(moment === 'build' ? slowBuild : slowStart, 'Second')

    const stopAsking = askAllTheTime(url)
    const { body } = await api.send('POST', `/api/v1/services/${id}/deployments`, {})
    await until(`the ${moment} to be under way`, async () => {
      const { body: log } = await api.get(`/api/v1/deployments/${body.id}/logs?limit=1000`)
      return log.lines.some((line: { text: string }) => line.text === (moment === 'build' ? 'building' : 'starting'))
    })
    const before = workerPid()
    expect(before).not.toBeNull()
    process.kill(before!, 'SIGKILL')
    await until('another worker', async () => {
      const now = workerPid()
      return now !== null && now !== before
    })

    expect(await ended(api, body.id)).toMatchObject({ status: 'active', failure: null })
    await until('the second version to serve', async () => (await visit(url)).text === 'second')
    const { asked, lost } = await stopAsking()
    expect(lost).toEqual([])
    expect(asked).toBeGreaterThan(50)
    const { body: all } = await api.get(`/api/v1/services/${id}/deployments`)
    expect(all.items.map((item: { status: string }) => item.status)).toEqual(['active', 'retired'])
  })
}
