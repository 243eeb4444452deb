import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

import { expectNoGraveFindings } from './findings'
import { expect, signIn, signInOverRest, test, until } from './support'

// Lines leave for a server of somebody else, which is down for a while; the screen says so, and nothing is lost.

/** A store of lines of somebody else. */
async function startStore() {
  const lines: { message: string; kind: string; environment: { id: string } }[] = []
  let status = 200
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (status === 200) lines.push(...gunzipSync(Buffer.concat(parts)).toString('utf8').trim().split('\n').map((line) => JSON.parse(line)))
      response.writeHead(status).end(status === 200 ? 'thank you' : 'being repaired')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, lines, answer: (next: number) => void (status = next), close: () => new Promise((done) => server.close(done)) }
}

test('lines are sent elsewhere, wait while nobody takes them, and arrive', async ({ page }) => {
  const store = await startStore()
  const api = await signInOverRest()
  await signIn(page)
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'Drained' })
  const environmentId = project.environments[0].id as string
  const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'api', source: { type: 'git', url: 'http://127.0.0.1:9/nowhere.git' } })
  const row = page.getByRole('list', { name: 'Drains' }).getByRole('listitem').filter({ hasText: 'log store' })
  const ofEnvironment = () => store.lines.filter(({ environment }) => environment.id === environmentId)

  await test.step('a drain is added, and a test line of it is taken', async () => {
    await page.goto('/settings/drains')
    await expect(page.getByText('There are no drains.')).toBeVisible()
    await expectNoGraveFindings(page, 'no drains')
    await page.getByRole('button', { name: 'New drain' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('log store')
    await page.getByRole('combobox', { name: 'Of' }).click()
    await page.getByRole('option', { name: 'Drained / production' }).click()
    await page.getByRole('textbox', { name: 'Address' }).fill(store.url)
    await page.getByRole('textbox', { name: 'Headers' }).fill('a key')
    await page.getByRole('textbox', { name: 'Filter' }).fill('@level:')
    await page.getByRole('button', { name: 'Add drain' }).click()
    await expect(page.getByText('Write each as a name, a colon and a value')).toBeVisible()
    await page.getByRole('textbox', { name: 'Headers' }).fill('Authorization: Bearer a key')
    await page.getByRole('button', { name: 'Add drain' }).click()
    await expect(page.getByText(/^At character \d+:/).first()).toBeVisible()
    await expectNoGraveFindings(page, 'new drain')
    await page.getByRole('textbox', { name: 'Filter' }).fill('')
    await page.getByRole('button', { name: 'Add drain' }).click()
    await expect(row.getByText('Nothing was sent yet.')).toBeVisible()
    await row.getByRole('button', { name: 'Send a test' }).click()
    await expect(row.getByText('The test line was taken. It answered 200: thank you')).toBeVisible()
  })

  await test.step('what a deployment says arrives; while nobody takes it, it waits', async () => {
    await api.send('POST', `/api/v1/services/${service.id}/deployments`, {})
    await until('its lines to arrive', async () => ofEnvironment().length > 0)
    store.answer(503)
    await api.send('POST', `/api/v1/services/${service.id}/deployments`, {})
    await expect(row.getByText('It answered 503: being repaired')).toBeVisible({ timeout: 60_000 })
    await expect(row.getByText('Failing')).toBeVisible()
    await expectNoGraveFindings(page, 'a drain that fails')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    const before = ofEnvironment().length
    store.answer(200)
    await row.getByRole('button', { name: 'Try log store again now' }).click()
    await until('what waited to arrive', async () => ofEnvironment().length > before)
    await expect(row.getByText('Sending', { exact: true })).toBeVisible({ timeout: 30_000 })
  })

  await test.step('it is deleted', async () => {
    await row.getByRole('button', { name: 'Delete log store' }).click()
    await page.getByRole('button', { name: 'Delete drain' }).click()
    await expect(page.getByText('There are no drains.')).toBeVisible()
  })
  await store.close()
})
