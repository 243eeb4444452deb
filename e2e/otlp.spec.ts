import { expect, signIn, signInOverRest, test, until, repository } from './support'

// A program that sends by OpenTelemetry, told by its variables alone: its lines are in the log, and its metric is a chart in the panel and on the dashboard.

const PROGRAM = `const token = process.env.OTEL_EXPORTER_OTLP_HEADERS.split('=')[1]
const send = (path, body) => fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + path, { method: 'POST', headers: { 'content-type': 'application/json', 'x-easel-otlp-token': token }, body: JSON.stringify(body) }).catch(() => {})
let parcels = 0
setInterval(() => {
  const timeUnixNano = Date.now() + '000000'
  parcels += 2
  send('/v1/logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano, severityNumber: 13, body: { stringValue: 'parcels are late' }, attributes: [{ key: 'depot', value: { stringValue: 'north' } }] }] }] }] })
  send('/v1/metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'parcels.waiting', gauge: { dataPoints: [{ timeUnixNano, asInt: String(parcels % 40) }] } }] }] }] })
}, 1000)
require('node:http').createServer((request, response) => response.end('ok')).listen(process.env.PORT, process.env.HOST)`

test('what a program sends by OpenTelemetry is in its log, its charts and on the dashboard', async ({ page }) => {
  const api = await signInOverRest()
  const { url } = repository('parcels')
  repository('parcels').commit({ 'index.js': PROGRAM, 'package.json': '{"name":"parcels","version":"1.0.0","main":"index.js","scripts":{"start":"node index.js"}}' }, 'Count parcels')
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'Parcels' })
  const environmentId = project.environments[0].id as string
  const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'depot', source: { type: 'git', url }, settings: { openTelemetry: true } })
  await api.send('POST', `/api/v1/services/${service.id}/deployments`, {})
  await until('a metric of its own', async () => (await api.get(`/api/v1/environments/${environmentId}/metrics/names`)).body.items.some(({ name }: { name: string }) => name === 'parcels.waiting'), 120_000)

  await signIn(page)
  const canvas = `/${project.id}/${environmentId}`
  await page.goto(`${canvas}/${service.id}/metrics`)
  const own = page.getByRole('region', { name: 'Your own metrics' })
  await own.scrollIntoViewIfNeeded()
  // When the first whole minute of it is over.
  await expect(own.getByRole('region', { name: 'parcels.waiting' }).locator('.recharts-surface')).toBeVisible({ timeout: 90_000 })
  await page.goto(`${canvas}/${service.id}/logs`)
  await expect(page.getByText('parcels are late').first()).toBeVisible()

  await page.goto(`${canvas}/metrics`)
  await page.getByRole('button', { name: 'Edit' }).first().click()
  await page.getByRole('group', { name: 'Edit the charts' }).getByRole('button', { name: 'Add' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a chart' })
  await dialog.getByLabel('Shows').click()
  await page.getByRole('option', { name: 'Level of a metric of your own' }).click()
  await expect(dialog.getByLabel('Metric')).toContainText('parcels.waiting')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'Save for everybody' }).click()
  const widget = page.getByRole('region', { name: 'parcels.waiting' })
  await widget.scrollIntoViewIfNeeded()
  await expect(widget.locator('.recharts-surface')).toBeVisible()
})
