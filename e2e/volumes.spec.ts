import { readFileSync } from 'node:fs'

import { drawLine, expect, repository, signIn, signInOverRest, test, visit } from './support'

// A volume as a person uses one: drawn, attached by a line, written to by a service, looked into, and attached anew.

const WRITER = `const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const folder = process.env.EASEL_VOLUME_PATH
require('node:http').createServer((request, response) => {
  if (!folder) return response.end('no volume')
  const file = folder + '/kept.txt'
  if (!existsSync(file)) writeFileSync(file, 'written by the first version')
  response.end(readFileSync(file, 'utf8'))
}).listen(process.env.PORT)
`

test('a volume is attached by a line, looked into, taken away and given back with all it held', async ({ page }) => {
  const api = await signInOverRest()
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'With files' })
  const environmentId = project.environments[0].id
  const source = repository('keeper')
  source.commit({ 'package.json': JSON.stringify({ name: 'keeper', private: true, scripts: { start: 'node server.js' } }), 'server.js': WRITER }, 'Keep a file')
  const { body: web } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'web', source: { type: 'git', url: source.url } })
  await signIn(page)
  await page.goto(`/${project.id}/${environmentId}`)

  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Volume' }).click()
  const add = page.getByRole('dialog', { name: 'Add a volume' })
  await add.getByLabel('Name').fill('files')
  await add.getByRole('button', { name: 'Add volume' }).click()
  await expect(add).toBeHidden()
  const volume = page.getByRole('group', { name: 'Volume files' })
  await page.getByRole('button', { name: 'Show everything' }).click()
  const attach = async () => {
    await drawLine(page, volume, page.getByRole('group', { name: /^web,/ }))
    const dialog = page.getByRole('dialog', { name: 'Attach files' })
    await dialog.getByLabel('Mount path').fill('/app/data')
    await dialog.getByRole('button', { name: 'Attach volume' }).click()
    await expect(dialog).toBeHidden()
  }
  const deploy = async () => {
    await page.getByRole('button', { name: /^Deploy / }).click()
    await expect(page.getByRole('region', { name: 'Changes' })).toBeHidden()
    await expect(page.getByRole('group', { name: 'web, running' })).toBeVisible({ timeout: 60_000 })
  }
  await attach()
  await deploy()
  await expect.poll(async () => (await visit(web.url)).text).toBe('written by the first version')

  await volume.click()
  const panel = page.getByRole('complementary', { name: 'Volume files' })
  await expect(panel.getByRole('button', { name: 'Delete' })).toBeDisabled()
  await expect(panel.getByText(/Detach it first/)).toBeVisible()
  await panel.getByRole('link', { name: 'Files' }).click()
  await expect(panel.getByRole('row', { name: /kept\.txt/ })).toContainText('28 B')
  // A folder that is being read shows nothing of the one before.
  await api.send('POST', `/api/v1/volumes/${(await volume.getAttribute('data-id'))!}/folders`, { path: 'pictures' })
  let answer = () => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  await page.route(/path=pictures/, (route) => held.then(() => route.continue()))
  await page.reload()
  await panel.getByRole('button', { name: 'pictures', exact: true }).click()
  await expect(panel.getByRole('status', { name: 'The folder is read' })).toBeVisible()
  await expect(panel.getByRole('row', { name: /kept\.txt/ })).toHaveCount(0)
  answer()
  await expect(panel.getByText('This folder is empty')).toBeVisible()
  await panel.getByRole('button', { name: 'files', exact: true }).click()
  await panel.getByLabel('Files to upload').setInputFiles({ name: 'grüße 1.txt', mimeType: 'text/plain', buffer: Buffer.from('sent by a person\n') })
  const sent = panel.getByRole('row', { name: /grüße 1\.txt/ })
  await expect(sent).toContainText('17 B')
  const [download] = await Promise.all([page.waitForEvent('download'), sent.getByRole('button', { name: 'grüße 1.txt', exact: true }).click()])
  expect(download.suggestedFilename()).toBe('grüße 1.txt')
  expect(readFileSync(await download.path(), 'utf8')).toBe('sent by a person\n')
  await sent.getByRole('button', { name: 'Actions of grüße 1.txt' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('dialog', { name: 'Delete grüße 1.txt?' }).getByRole('button', { name: 'Delete file' }).click()
  await expect(sent).toHaveCount(0)

  await panel.getByRole('button', { name: 'Close (Escape)' }).click()
  await page.getByRole('button', { name: 'Detach files from web' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Detach volume' }).click()
  await deploy()
  await expect.poll(async () => (await visit(web.url)).text).toBe('no volume')
  source.commit({ 'server.js': WRITER.replace('first', 'second') }, 'Another version')
  await attach()
  await deploy()
  await expect.poll(async () => (await visit(web.url)).text).toBe('written by the first version')
})
