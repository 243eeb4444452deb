import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'
import { makeProcessSubject, type ProcessSubject } from './process-subject'

// The file server as it runs: bundled, started by the driver, asked over HTTP.

const never = new AbortController().signal
// Inside node_modules, so that the bundle finds the packages it does not contain.
const cache = join(process.cwd(), 'node_modules', '.cache', `easel-static-${process.pid}`)
const entry = join(cache, 'static-server.mjs')
const site = join(cache, 'site')
let t: ProcessSubject

beforeAll(async () => {
  const source = join(process.cwd(), 'lib/provisioning/runtime/process/static-server.ts')
  await build({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile: entry })
  const files: Record<string, string | Buffer> = {
    'index.html': '<h1>Home</h1>',
    'about.html': '<h1>About</h1>',
    'docs/index.html': '<h1>Docs</h1>',
    'assets/app-Bx3kQ9_z.js': 'export {}',
    'assets/app-Bx3kQ9_z.js.gz': gzipSync('export {}'),
    '.env': 'SECRET=1',
    '.git/config': 'private',
    '.well-known/security.txt': 'Contact: us',
  }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(site, name, '..'), { recursive: true })
    writeFileSync(join(site, name), content)
  }
  mkdirSync(join(cache, 'own-404'))
  writeFileSync(join(cache, 'own-404', '404.html'), '<h1>Lost</h1>')
})
afterAll(() => rmSync(cache, { recursive: true, force: true }))
beforeEach(async () => {
  t = await makeProcessSubject(entry)
})
afterEach(() => t.dispose())

async function serve(directory: string, fallback: string | null): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const app: Workload = { ...t.workload('serves'), start: { kind: 'files', directory, fallback } }
  await t.driver.apply(app, never)
  await untilSeen(t.driver, app.name, isHealthy)
  return (path, init) => fetch(`http://127.0.0.1:${app.port}${path}`, init)
}

describe('a static site', { timeout: 60_000 }, () => {
  test('serves pages, folders and files with their types', async () => {
    const get = await serve(site, null)
    for (const [path, text] of [['/', 'Home'], ['/about', 'About'], ['/docs/', 'Docs'], ['/docs', 'Docs']] as const) {
      const response = await get(path)
      expect([path, response.status, response.headers.get('content-type'), await response.text()]).toEqual([path, 200, 'text/html;charset=utf-8', `<h1>${text}</h1>`])
    }
    const script = await get('/assets/app-Bx3kQ9_z.js')
    expect(script.headers.get('content-type')).toBe('text/javascript')
    expect(script.headers.get('content-encoding')).toBe('gzip')
    expect(script.headers.get('cache-control')).toContain('immutable')
    expect(await script.text()).toBe('export {}')
    const plain = await get('/assets/app-Bx3kQ9_z.js', { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
  })

  test('answers 304 to what the browser has already', async () => {
    const get = await serve(site, null)
    const etag = (await get('/')).headers.get('etag')!
    expect((await get('/', { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await get('/')).headers.get('cache-control')).toContain('must-revalidate')
  })

  test('hides dotfiles except .well-known, and leads nowhere outside', async () => {
    const get = await serve(site, null)
    for (const path of ['/.env', '/.git/config', '/%2e%2e/static-server.mjs', '/..%2fstatic-server.mjs', '/absent']) {
      expect([path, (await get(path)).status]).toEqual([path, 404])
    }
    expect(await (await get('/.well-known/security.txt')).text()).toBe('Contact: us')
  })

  test('gives a single-page app its fallback for pages, not for missing files', async () => {
    const get = await serve(site, 'index.html')
    const page = await get('/orders/42')
    expect([page.status, await page.text()]).toEqual([200, '<h1>Home</h1>'])
    expect((await get('/assets/gone.js')).status).toBe(404)
    expect(await (await get('/.env')).text()).not.toContain('SECRET')
  })

  test('answers with the site’s own 404 page', async () => {
    const get = await serve(join(cache, 'own-404'), null)
    const response = await get('/absent')
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([404, 'text/html;charset=utf-8', '<h1>Lost</h1>'])
  })

  test('answers only GET and HEAD', async () => {
    const get = await serve(site, null)
    expect((await get('/', { method: 'POST', body: 'x' })).status).toBe(405)
    const head = await get('/', { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  test('ends politely when it is stopped', async () => {
    const app: Workload = { ...t.workload('serves'), start: { kind: 'files', directory: site, fallback: null } }
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
    await t.driver.stop(app, 3_000, never)
    expect((await t.driver.observe(null, never))[0]?.exit).toMatchObject({ code: 0, signal: null, byPlatform: true })
  })

  test('says that its folder is gone', async () => {
    const app: Workload = { ...t.workload('serves'), start: { kind: 'files', directory: join(cache, 'absent'), fallback: null } }
    await t.driver.apply(app, never)
    expect(await untilSeen(t.driver, app.name, (seen) => seen.phase === 'exited')).toMatchObject({ exit: { code: 1 } })
  })
})
