import type { Page } from '@playwright/test'

import { expectNoGraveFindings } from './findings'
import { expect, invite, signIn, signInOverRest, test, until, visit, type Api } from './support'

// Charts of what really runs: the processor of a service that is asked, a window of time that is dragged over, and a dashboard that two
// people change.

/** A service that runs and was measured for a while. */
async function drawMeasured(api: Api, name: string) {
  const { body: project } = await api.send('POST', '/api/v1/projects', { name })
  const environmentId = project.environments[0].id as string
  const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'api', source: { type: 'template', template: 'node-service' } })
  await api.send('POST', `/api/v1/services/${service.id}/deployments`, {})
  await until('the service to run', async () => (await api.get(`/api/v1/environments/${environmentId}/graph`)).body.nodes.every(({ state }: { state: string }) => state === 'running'), 120_000)
  const memory = async () => {
    await visit(service.url)
    const window = { from: new Date(Date.now() - 600_000).toISOString(), until: new Date().toISOString() }
    const answer = await api.get(`/api/v1/environments/${environmentId}/metrics?${new URLSearchParams({ measure: 'memory', ...window })}`)
    return (answer.body.series[0]?.points ?? []).filter((point: number | null) => point !== null).length >= 3
  }
  await until('three samples', memory, 90_000)
  return { canvas: `/${project.id}/${environmentId}`, environmentId, serviceId: service.id as string }
}

const chart = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const moment = (page: Page, name: string) => chart(page, name).getByRole('slider')

test('a person looks at what a service takes, points at a moment, and zooms in and back', async ({ page }) => {
  const api = await signInOverRest()
  const { canvas, serviceId } = await drawMeasured(api, 'Measured')
  await signIn(page)
  await page.goto(`${canvas}/${serviceId}`)
  const panel = page.getByRole('complementary', { name: 'Service api' })
  await panel.getByRole('link', { name: 'Metrics' }).click()
  await expect(page).toHaveURL(/\/metrics$/)

  // What it takes now, in units that one reads.
  const lines = chart(page, 'Memory').getByRole('list', { name: 'Lines of Memory' })
  await expect(lines.getByRole('button', { name: /Replica 1/ })).toContainText(/\d+(\.\d+)? [KM]iB/)
  await expect(chart(page, 'CPU').locator('.recharts-surface')).toBeVisible()
  await expect(chart(page, 'Network')).toContainText('Not measured here')

  // A moment is one moment in every chart, also by keyboard.
  await moment(page, 'Memory').focus()
  await page.keyboard.press('ArrowLeft')
  const when = (await moment(page, 'Memory').getAttribute('aria-valuetext'))!.split(': ')[0]!
  expect(when).toMatch(/\d\d:\d\d:\d\d$/)
  await expect(moment(page, 'CPU')).toHaveAttribute('aria-valuetext', new RegExp(`^${when}: `))
  await page.keyboard.press('Escape')
  await expect(moment(page, 'CPU')).toHaveAttribute('aria-valuetext', 'No moment chosen')
  await expect(panel).toBeVisible()

  // The same numbers as rows; a line that is hidden and comes back.
  await chart(page, 'Memory').getByRole('button', { name: 'Show as table' }).click()
  const table = chart(page, 'Memory').getByRole('table')
  await expect(table.getByRole('columnheader')).toHaveText(['Time', 'Replica 1'])
  await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(2)
  await chart(page, 'Memory').getByRole('button', { name: 'Show as chart' }).click()
  await lines.getByRole('button', { name: /Replica 1/ }).click()
  await expect(lines.getByRole('button', { name: /Replica 1/ })).toHaveAttribute('aria-pressed', 'false')
  await lines.getByRole('button', { name: /Replica 1/ }).click()

  // Dragging over a time goes there; the browser goes back.
  const box = (await moment(page, 'Memory').boundingBox())!
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.98, box.y + box.height / 2, { steps: 6 })
  await page.mouse.up()
  await expect(page).toHaveURL(/from=.*&until=/)
  await expect(page.getByRole('button', { name: 'Show twice as much time' })).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL(/\/metrics$/)
  await page.getByRole('button', { name: 'Last 24 hours' }).click()
  await expect(page).toHaveURL(/range=24h$/)
  await expect(page.getByRole('button', { name: 'Last 24 hours' })).toHaveAttribute('aria-pressed', 'true')

  // What was deployed in this time leads to the deployment.
  await page.getByRole('button', { name: '1 deployment' }).click()
  await page.getByRole('menuitem', { name: /api #1/ }).click()
  await expect(page).toHaveURL(/deployments\/dep_/)
})

test('charts of an environment are arranged by keyboard and pointer, saved for all, and not lost to each other', async ({ page, browser }) => {
  const api = await signInOverRest()
  const { canvas, environmentId } = await drawMeasured(api, 'Arranged')
  await signIn(page)
  await page.goto(canvas)
  await page.getByRole('button', { name: 'Metrics', exact: true }).click()
  await expect(page).toHaveURL(/\/metrics$/)
  await expect(chart(page, 'Memory').getByRole('list').getByRole('button', { name: /^api/ })).toContainText('iB')
  await expectNoGraveFindings(page, 'dashboard')

  // Added and renamed, moved and resized by keys.
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('group', { name: 'Edit the charts' }).getByRole('button', { name: 'Add' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a chart' })
  await dialog.getByRole('combobox', { name: 'Shows' }).click()
  await page.getByRole('option', { name: 'Restarts' }).click()
  await dialog.getByLabel('Title').fill('How often it fell')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('button', { name: 'Move How often it fell' }).focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowRight')
  await page.getByRole('button', { name: 'Resize How often it fell' }).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('status').filter({ hasText: 'How often it fell: column 2' })).toHaveText(/, 5 wide, 3 high$/)

  // By pointer; then one is removed and comes back.
  const handle = (await page.getByRole('button', { name: 'Move Memory' }).boundingBox())!
  const before = (await chart(page, 'Memory').boundingBox())!
  await page.mouse.move(handle.x + 8, handle.y + 8)
  await page.mouse.down()
  await page.mouse.move(handle.x + 8 + before.width, handle.y + 8, { steps: 8 })
  await page.mouse.up()
  await expect.poll(async () => (await chart(page, 'Memory').boundingBox())!.x).toBeGreaterThan(before.x + before.width / 2)
  await page.getByRole('button', { name: 'CPU: actions' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(chart(page, 'CPU')).toBeHidden()
  await page.keyboard.press('Control+z')
  await expect(chart(page, 'CPU')).toBeVisible()
  await page.getByRole('button', { name: 'Save for everybody' }).click()
  await expect(page.getByRole('button', { name: 'Edit', exact: true })).toBeVisible()
  const saved = await api.get(`/api/v1/environments/${environmentId}/dashboard`)
  expect(saved.body).toMatchObject({ version: 1, saved: { by: { name: 'Olivia Owner' } } })
  expect(saved.body.widgets).toContainEqual(expect.objectContaining({ chart: 'restarts', title: 'How often it fell', width: 5 }))

  // Somebody else sees it, and changes it while it is being changed here.
  const email = `dan-${Date.now()}@example.com`
  await invite(api, { email, role: 'developer', name: 'Dan Developer' })
  const other = await (await browser.newContext()).newPage()
  await signIn(other, email)
  await other.goto(`${canvas}/metrics`)
  await expect(chart(other, 'How often it fell')).toBeVisible()
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  await page.getByRole('button', { name: 'Memory: actions' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await other.getByRole('button', { name: 'Edit', exact: true }).click()
  await other.getByRole('button', { name: 'CPU: actions' }).click()
  await other.getByRole('menuitem', { name: 'Remove' }).click()
  await other.getByRole('button', { name: 'Save for everybody' }).click()
  await expect(other.getByRole('button', { name: 'Edit', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Save for everybody' }).click()
  await expect(page.getByText('Somebody else has saved these charts since you began to change them.')).toBeVisible()
  await page.getByRole('button', { name: 'Drop mine, show theirs' }).click()
  await expect(chart(page, 'Memory')).toBeVisible()
  await expect(chart(page, 'CPU')).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(new RegExp(`${canvas}$`))
  await other.context().close()
})
