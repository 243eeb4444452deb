import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'

import { expect, type Locator, type Page } from '@playwright/test'
import postgres from 'postgres'

export const OWNER = { name: 'Olivia Owner', email: 'olivia@example.com', password: 'correct horse battery' }
const PORT = Number(process.env.EASEL_E2E_PORT ?? 4311)
export const BASE = `http://localhost:${PORT}`
export const INGRESS_PORT = PORT + 1

export { test } from './quiet'
export { expect }

export type Api = { get(path: string): Promise<Answer>; send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> }
// Answers are as wide as the API; the tests say what they expect of them.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = { status: number; body: any; headers: Headers }

/** Calls the REST door. */
export function apiOf(token: string | null): Api {
  const send: Api['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${BASE}${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers }
  }
  return { send, get: (path) => send('GET', path) }
}

/** Signs the owner in over REST; makes the account when this instance has none yet. */
export async function signInOverRest(): Promise<Api> {
  const anyone = apiOf(null)
  const registered = await anyone.send('POST', '/api/v1/auth/register', OWNER)
  if (registered.status === 201) return apiOf(registered.body.accessToken)
  const login = await anyone.send('POST', '/api/v1/auth/login', { email: OWNER.email, password: OWNER.password })
  expect(login.status).toBe(200)
  return apiOf(login.body.accessToken)
}

/** The Docker engine of this machine as a target; null where none answers. */
export async function dockerTarget(api: Api): Promise<string | null> {
  const me = await api.get('/api/v1/auth/me')
  const { body } = await api.get(`/api/v1/organizations/${me.body.memberships[0].organization.id}/targets`)
  const found = body.items.find((target: { kind: string; isBuiltIn: boolean; seen: { ok: boolean } | null }) => target.kind === 'docker' && target.isBuiltIn && target.seen?.ok)
  return found?.id ?? null
}

/** What the engine has of an environment and its services: containers, networks, volumes and images. */
export function onEngine(environmentId: string, serviceIds: readonly string[]): string[] {
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter((line) => line !== '')
  const ours = ['--filter', `label=easel.environment=${environmentId}`]
  const images = serviceIds.flatMap((id) => docker('images', '-q', '--filter', `reference=easel/${id}`))
  return [...docker('ps', '-aq', ...ours), ...docker('network', 'ls', '-q', ...ours), ...docker('volume', 'ls', '-q', ...ours), ...images]
}

/** The database of this product, for what only time or many faults in a row would do. */
export function openDatabase(): postgres.Sql {
  const data = join(process.env.EASEL_E2E_DIR!, 'data')
  const port = readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3]!
  const password = readFileSync(join(data, 'secrets', 'postgres-password'), 'utf8').trim()
  return postgres(`postgres://easel:${password}@127.0.0.1:${port.trim()}/easel`, { max: 1, onnotice: () => {} })
}

/** Makes somebody else of the owner's organization, with this role. `email`: one that no former try has used. */
export async function invite(api: Api, { email, role, name }: { email: string; role: string; name: string }): Promise<void> {
  const [{ organization }] = (await api.get('/api/v1/auth/me')).body.memberships
  const invitation = await api.send('POST', `/api/v1/organizations/${organization.id}/invitations`, { email, role })
  expect(invitation.status, JSON.stringify(invitation.body)).toBe(201)
  await api.send('POST', '/api/v1/auth/register', { email, password: OWNER.password, name, invitation: invitation.body.token })
}

/** Signs in through the form. */
export async function signIn(page: Page, email = OWNER.email): Promise<void> {
  await signInOverRest()
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/projects')
}

/** Looks until `look` gives something, within a bound. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Asks the ingress as a browser would; names below localhost need not resolve on this machine. */
export function visit(url: string, path = '/'): Promise<{ status: number; text: string }> {
  const { host } = new URL(url)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: INGRESS_PORT, path, headers: { host } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    request.on('error', reject).end()
  })
}

/** A git repository on disk whose versions the test writes. */
export function repository(name: string) {
  const folder = join(process.env.EASEL_E2E_DIR!, 'repositories', name)
  mkdirSync(folder, { recursive: true })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main', ...args], { cwd: folder, stdio: 'pipe' }).toString().trim()
  git('init', '-q')
  return {
    url: `file://${folder}`,
    /** Writes the files and commits, also where a former try has committed the same; returns the commit id. */
    commit(files: Record<string, string>, message: string): string {
      for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
      git('add', '-A')
      git('commit', '-q', '--allow-empty', '-m', message)
      return git('rev-parse', 'HEAD')
    },
  }
}

/** Draws a line as a person does: from the edge of one node to the middle of another, once the canvas moves no more. */
export async function drawLine(page: Page, from: Locator, to: Locator): Promise<void> {
  for (const node of [from, to]) await untilStill(node)
  await from.locator('.react-flow__handle.source').hover()
  await page.mouse.down()
  const box = (await to.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 })
  await page.mouse.up()
}

async function untilStill(node: Locator): Promise<void> {
  let before = ''
  const isWhereItWas = async () => {
    const place = JSON.stringify(await node.boundingBox())
    const isStill = place === before
    before = place
    return isStill
  }
  await expect.poll(isWhereItWas, { intervals: [250] }).toBe(true)
}

/** Asks a service all the time until told to stop; that gives how often, and what was not answered with 200. */
export function askAllTheTime(url: string): () => Promise<{ asked: number; lost: string[] }> {
  const lost: string[] = []
  let asked = 0
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const answer = await visit(url).catch((error: Error) => ({ status: 0, text: error.message }))
      asked++
      if (answer.status !== 200) lost.push(`${answer.status} ${answer.text.slice(0, 200)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return async () => {
    isOver = true
    await asking
    return { asked, lost }
  }
}

/** A server that keeps what it is told in PostgreSQL: a visit of /add adds a row, each answers how many there are. The client is this repository's own. */
export function notesFiles(): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'notes', private: true, scripts: { start: 'node server.js' } }),
    'server.js': `const sql = require(${JSON.stringify(join(process.cwd(), 'node_modules/postgres/cjs/src/index.js'))})(process.env.DATABASE_URL, { max: 2, connect_timeout: 5, onnotice: () => {} })
const made = sql\`create table if not exists notes (id serial primary key, text text not null)\`
require('node:http').createServer(async (request, response) => {
  try {
    await made
    if (request.url === '/add') await sql\`insert into notes (text) values ('written by the service')\`
    response.end('notes: ' + (await sql\`select count(*)::int as n from notes\`)[0].n)
  } catch (error) {
    response.statusCode = 500
    response.end(error.message)
  }
}).listen(process.env.PORT)
`,
  }
}

/** A server without dependencies: answers `text` on every path, or with `status`. */
export function serverFiles(text: string, status = 200): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'sample', private: true, scripts: { start: 'node server.js' } }),
    'server.js': `require('node:http').createServer((request, response) => {
  console.log(request.method + ' ' + request.url)
  response.writeHead(${status}, { 'content-type': 'text/plain' })
  response.end(${JSON.stringify(text)})
}).listen(process.env.PORT)
`,
  }
}
