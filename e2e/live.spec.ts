import type { Browser, Page } from '@playwright/test'

import { expect, invite, OWNER, signIn, signInOverRest, test, until, type Api } from './support'

// Two people on one environment: what one does, the other sees, without a reload and without losing anything.

const ADA = { email: `ada-${Date.now()}@example.com`, name: 'Ada Other', role: 'developer' }

async function scene(api: Api, name: string): Promise<{ path: string; environmentId: string; serviceId: string }> {
  const { body: project } = await api.send('POST', '/api/v1/projects', { name })
  const environmentId = project.environments[0].id
  const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'web', source: { type: 'template', template: 'static-site' } })
  return { path: `/${project.id}/${environmentId}`, environmentId, serviceId: service.id }
}

async function asAda(browser: Browser, api: Api): Promise<Page> {
  await invite(api, ADA)
  const page = await (await browser.newContext()).newPage()
  await signIn(page, ADA.email)
  return page
}

/** How long until the other sees it; printed, because machines differ. */
async function measured(what: string, act: () => Promise<unknown>, seen: () => Promise<unknown>): Promise<void> {
  await act()
  const began = Date.now()
  await seen()
  process.stdout.write(`${what}: on the other screen ${Date.now() - began} ms after it was answered here\n`)
}

test('what one does on the canvas, the other sees; each knows where the other is', async ({ page, browser, heard }) => {
  heard.expect(/net::ERR_INTERNET_DISCONNECTED/)
  const api = await signInOverRest()
  const { path, environmentId, serviceId } = await scene(api, 'Together')
  const ada = await asAda(browser, api)
  await signIn(page)
  const streams: string[] = []
  page.on('request', (request) => (request.headers().accept?.includes('text/event-stream') ? streams.push(request.url()) : undefined))
  await Promise.all([page.goto(path), ada.goto(path)])
  const node = ada.getByRole('group', { name: /^web,/ })
  await expect(ada.getByRole('list', { name: 'Also here' }).getByText(`${OWNER.name}, Owner`)).toBeAttached()
  await expect(page.getByRole('list', { name: 'Also here' }).getByText('Ada Other, Developer')).toBeAttached()

  await page.mouse.move(400, 300)
  await page.mouse.move(430, 330, { steps: 4 })
  await expect(ada.locator(`[data-presence-pointer="${OWNER.name}"]`)).toBeVisible()
  await expect(page.locator(`[data-presence-pointer="${OWNER.name}"]`)).toHaveCount(0)
  await page.goto(`${path}/${serviceId}/settings`)
  await expect(ada.locator(`[data-presence-node="${serviceId}"]`)).toBeVisible()

  const before = (await node.boundingBox())!
  await measured('A move', () => api.send('PUT', `/api/v1/environments/${environmentId}/positions`, { positions: [{ serviceId, x: 240, y: 240 }] }), () => expect.poll(async () => (await node.boundingBox())!.x, { timeout: 5_000, intervals: [25] }).not.toBe(before.x))
  await measured('An edit', () => api.send('PATCH', `/api/v1/services/${serviceId}`, { name: 'shop' }), () => expect(ada.getByRole('group', { name: /^shop,/ })).toBeVisible({ timeout: 5_000 }))
  await measured('A deploy', () => api.send('POST', `/api/v1/services/${serviceId}/deployments`, {}), () => expect(ada.getByRole('group', { name: /^shop, (?!not deployed)/ })).toBeVisible({ timeout: 5_000 }))
  await expect(ada.getByText(`${OWNER.name} deployed shop.`)).toBeVisible()

  // A tab has one connection, also while it shows a log.
  await page.getByRole('link', { name: 'Logs', exact: true }).click()
  await expect(page.getByRole('log').or(page.getByText('No line has been written yet.'))).toBeVisible()
  expect(streams.filter((url) => !url.includes('/api/live/'))).toEqual([])

  // Without a network nobody is there; afterwards everything that was missed is.
  await ada.context().setOffline(true)
  await expect(ada.getByText(/Reconnecting/)).toBeVisible()
  await expect(page.getByRole('list', { name: 'Also here' })).toHaveCount(0)
  await api.send('PATCH', `/api/v1/services/${serviceId}`, { name: 'store' })
  await ada.context().setOffline(false)
  await expect(ada.getByRole('group', { name: /^store,/ })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Also here' }).getByText('Ada Other, Developer')).toBeAttached()
  await ada.close()
  await expect(page.getByRole('list', { name: 'Also here' })).toHaveCount(0)
  await until('the deployment to end', async () => (await api.get(`/api/v1/services/${serviceId}`)).body.latest.finishedAt !== null)
})

test('what somebody else saves comes into a form that is being filled in, and what is typed outlives the service', async ({ page }) => {
  const api = await signInOverRest()
  const { path, serviceId } = await scene(api, 'Overtaken')
  await signIn(page)
  await page.goto(`${path}/${serviceId}/settings`)
  await page.getByLabel('Grace', { exact: true }).fill('33')
  const { body: service } = await api.get(`/api/v1/services/${serviceId}`)
  await api.send('PATCH', `/api/v1/services/${serviceId}`, { settings: { ...service.settings, replicas: 3, health: { ...service.settings.health, deadlineS: 44 } } })
  await expect(page.getByText(/changed web meanwhile/)).toBeVisible()
  await expect(page.getByText(/You both changed Time to become healthy/)).toBeVisible()
  await expect(page.getByLabel('Replicas', { exact: true }).getByLabel('Processes')).toHaveValue('3')
  await expect(page.getByLabel('Grace', { exact: true })).toHaveValue('33')
  await expect(page.getByText('1 change', { exact: true }).last()).toBeVisible()

  await api.send('DELETE', `/api/v1/services/${serviceId}`, {})
  await expect(page.getByText('This service is gone')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText('Time to become healthy (s): 33')).toBeVisible()
  await page.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByText('This service is gone')).toBeHidden()
})
