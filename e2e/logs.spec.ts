import type { Page } from '@playwright/test'

import { expectNoGraveFindings } from './findings'
import { expect, repository, signIn, signInOverRest, test, until, visit, type Api } from './support'

// What a service prints, as people look for it: by words, by level, by value, in time, around a line, live, by a link, as a file.

/** Prints lines of every kind when it begins, and one for each visit. */
const PRINTER = `console.log('plain words of the shop')
console.log(JSON.stringify({ level: 'info', msg: 'order placed', order: 41, customer: { plan: 'pro' } }))
console.log(JSON.stringify({ level: 'info', msg: 'order placed', order: 42, customer: { plan: 'free' } }))
console.log(JSON.stringify({ level: 'warn', msg: 'stock is low', left: 3 }))
function buy() { throw new TypeError('the price is missing') }
try { buy() } catch (error) { console.error(error.stack) }
console.log(JSON.stringify({ level: 'error', msg: 'payment refused', order: 43 }))
require('node:http').createServer((request, response) => {
  console.log('visited ' + request.url)
  response.end('ok')
}).listen(process.env.PORT)
`

type Scene = { path: string; serviceId: string; environmentId: string; url: string }

async function printing(api: Api): Promise<Scene> {
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'Talkative' })
  const environmentId = project.environments[0].id
  const source = repository('printer')
  source.commit({ 'package.json': JSON.stringify({ name: 'printer', private: true, scripts: { start: 'node server.js' } }), 'server.js': PRINTER }, 'Print')
  const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'shop', source: { type: 'git', url: source.url } })
  await api.send('POST', `/api/v1/services/${service.id}/deployments`, {})
  await until('the service to run', async () => (await api.get(`/api/v1/services/${service.id}`)).body.state === 'running')
  await until('its lines to be stored', async () => (await api.get(`/api/v1/environments/${environmentId}/logs?filter=${encodeURIComponent('"payment refused"')}`)).body.lines?.length > 0)
  return { path: `/${project.id}/${environmentId}`, serviceId: service.id, environmentId, url: service.url }
}

const filterOf = (page: Page) => page.getByRole('combobox', { name: 'Filter' })
const rowOf = (page: Page, words: string | RegExp) => page.getByRole('log').getByRole('button', { name: words })

async function ask(page: Page, filter: string): Promise<void> {
  await filterOf(page).fill(filter)
  await filterOf(page).press('Enter')
}

test('what a service printed is found by words, levels, values and time, shown with what is around it, followed, linked and taken away', async ({ page }) => {
  const api = await signInOverRest()
  const scene = await printing(api)
  await signIn(page)

  // From the bar above the canvas, and by a key.
  await page.goto(scene.path)
  await page.getByRole('button', { name: 'Logs', exact: true }).click()
  await page.waitForURL(`**${scene.path}/logs`)
  await expect(rowOf(page, /plain words of the shop/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('log')).toHaveCount(0)
  await page.keyboard.press('Shift+E')
  await expect(rowOf(page, /error, shop, payment refused/)).toBeVisible()

  // By words; one that cannot be read is pointed at; by what completes it.
  await page.keyboard.press('/')
  await page.keyboard.type('placed @order:42')
  await page.keyboard.press('Enter')
  await expect(rowOf(page, /order placed/)).toHaveCount(1)
  await ask(page, 'placed @level:eror')
  await expect(page.getByRole('alert').filter({ hasText: 'There is no level "eror"' }).locator('mark')).toHaveText('eror')
  await expect(rowOf(page, /order placed/)).toHaveCount(1)
  await filterOf(page).fill('@level:wa')
  await page.getByRole('option', { name: 'warn', exact: true }).click()
  await filterOf(page).press('Enter')
  await expect(rowOf(page, /stock is low/)).toHaveCount(1)
  await expect(rowOf(page, /order placed/)).toHaveCount(0)
  await page.getByRole('button', { name: 'Clear the filter' }).first().click()
  await expect(rowOf(page, /order placed/)).toHaveCount(2)

  // By a facet, which writes the filter, and takes it back.
  const narrow = page.getByRole('complementary', { name: 'Narrow down' })
  await narrow.getByRole('button', { name: /^Level error,/ }).click()
  await expect(filterOf(page)).toHaveValue('@level:error')
  await expect(rowOf(page, /payment refused/)).toHaveCount(1)
  await expect(rowOf(page, /plain words/)).toHaveCount(0)
  await narrow.getByRole('button', { name: /^Level error,/ }).click()
  await expect(filterOf(page)).toHaveValue('')

  // A structured line opens as a table, each value of which narrows down.
  await rowOf(page, /order placed/).first().click()
  await expect(page.getByText('customer.plan', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Only lines with this customer.plan' }).click()
  await expect(filterOf(page)).toHaveValue('@customer.plan:pro')
  await expect(rowOf(page, /order placed/)).toHaveCount(1)
  await page.goBack()
  await expect(filterOf(page)).toHaveValue('')

  // A stack trace is one line, folded, and whole when it is opened; around it is what else was printed.
  const trace = rowOf(page, /the price is missing.*more lines/)
  await expect(trace).toHaveCount(1)
  await trace.click()
  await expect(page.getByLabel('As it was printed')).toContainText('at buy')
  await page.getByRole('button', { name: 'Lines around it' }).click()
  const around = page.getByRole('dialog', { name: 'Lines around it' })
  await expect(around.getByText('stock is low')).toBeVisible()
  await expect(around.getByText('payment refused')).toBeVisible()
  await expectNoGraveFindings(page, 'lines around one')
  await page.keyboard.press('Escape')
  await expect(around).toBeHidden()
  await expectNoGraveFindings(page, 'log explorer with an open line')

  // By time: a bar of the histogram is a window of its own.
  const bars = page.getByRole('slider', { name: 'Lines over time' })
  await bars.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+End')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/from=.*until=/)
  await expect(rowOf(page, /payment refused/)).toHaveCount(1)
  await page.goBack()

  // Live: while one reads, new lines wait and are counted.
  await visit(scene.url, '/first')
  await expect(rowOf(page, /visited \/first/)).toBeVisible()
  await page.getByRole('button', { name: 'Pause' }).click()
  await visit(scene.url, '/second')
  await visit(scene.url, '/third')
  const waiting = page.getByRole('button', { name: /^\d+ new lines?$/ })
  await expect(waiting).toBeVisible()
  await expect(rowOf(page, /visited \/second/)).toHaveCount(0)
  await expect.poll(async () => (await api.get(`/api/v1/environments/${scene.environmentId}/logs?filter=${encodeURIComponent('"visited /third"')}`)).body.lines.length).toBe(1)
  await waiting.click()
  await expect(rowOf(page, /visited \/third/)).toBeVisible()
  await expect(rowOf(page, /visited \/second/)).toHaveCount(1)

  // A link shows the line to others, with what the filter says.
  await ask(page, 'payment')
  await rowOf(page, /payment refused/).click()
  const [line] = (await api.get(`/api/v1/environments/${scene.environmentId}/logs?filter=payment`)).body.lines
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy link' }).click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toContain(`line=${line.id}`)
  await page.goto(link)
  await expect(rowOf(page, /payment refused/)).toHaveAttribute('aria-expanded', 'true')
  await expect(filterOf(page)).toHaveValue('payment')

  // As a file: what the filter lets through and nothing else.
  await page.getByRole('button', { name: 'Download and more' }).click()
  const address = await page.getByRole('menuitem', { name: 'Download as JSON lines' }).getAttribute('href')
  const file = await page.request.get(address!)
  expect(file.status()).toBe(200)
  const lines = (await file.text()).trim().split('\n').map((text) => JSON.parse(text) as { message: string })
  expect(lines.map(({ message }) => message)).toEqual(['payment refused'])
  await page.keyboard.press('Escape')

  // Nothing matched: what was searched is said, and how to look further.
  await ask(page, '"never printed"')
  await expect(page.getByText('Nothing matches', { exact: true })).toBeVisible()
  await expectNoGraveFindings(page, 'log explorer without a match')

  // The same in the panel of the service, with its lines only.
  await page.goto(`${scene.path}/${scene.serviceId}/logs`)
  await expect(rowOf(page, /payment refused/)).toBeVisible()
  await expectNoGraveFindings(page, 'logs of a service')
})
