import type { Page } from '@playwright/test'

import { expectNoGraveFindings } from './findings'
import { signIn, signInOverRest, test, until, type Api } from './support'

// No serious or critical finding on any screen, in both themes.

const SCREENS = ['/projects', '/activity', '/alerts', '/operations', '/settings/organization', '/settings/members', '/settings/tokens', '/settings/keys', '/settings/stores', '/settings/notifications', '/settings/drains', '/settings/registries', '/settings/targets', '/settings/account', '/reference', '/reference/token']
const DATABASE_TABS = ['overview', 'data', 'snapshots', 'deployments', 'variables', 'metrics', 'settings']
const NARROW = { width: 390, height: 844 }

async function expectClean(page: Page, screen: string): Promise<void> {
  await page.waitForLoadState('load')
  await page.getByRole('main').or(page.getByRole('dialog')).first().waitFor()
  await expectNoGraveFindings(page, screen)
}

for (const theme of ['dark', 'light'] as const) {
  test(`every screen is free of serious findings, ${theme}`, async ({ page }) => {
    test.setTimeout(400_000)
    await page.emulateMedia({ colorScheme: theme })
    await page.goto('/sign-in')
    await expectClean(page, '/sign-in')
    await signIn(page)
    const api = await signInOverRest()
    const project = await api.send('POST', '/api/v1/projects', { name: `Accessible ${theme}` })
    const canvas = `/${project.body.id}/${project.body.environments[0].id}`
    await page.goto(canvas)
    await expectClean(page, 'empty canvas')
    const service = await api.send('POST', `/api/v1/environments/${project.body.environments[0].id}/services`, { source: { type: 'template', template: 'node-service' } })
    const panel = `${canvas}/${service.body.id}`
    await api.send('PUT', `/api/v1/environments/${project.body.environments[0].id}/variables`, { variables: { SHARED_KEY: '${{secret(32)}}' } })
    await api.send('PUT', `/api/v1/services/${service.body.id}/variables`, { variables: { KEY: '${{shared.SHARED_KEY}}', PLAIN: { value: 'x', secret: false } } })
    await api.send('POST', `/api/v1/environments/${project.body.environments[0].id}/groups`, { name: 'Backend', nodes: [service.body.id] })
    await page.goto(canvas)
    await page.getByRole('group', { name: 'Group Backend' }).waitFor()
    for (const [keys, shown] of [['Control+a', 'toolbar'], ['Control+k', 'dialog'], ['?', 'dialog']] as const) {
      await page.keyboard.press(keys)
      await page.getByRole(shown).first().waitFor()
      await expectClean(page, `canvas after ${keys}`)
      if (shown === 'dialog') await page.keyboard.press('Escape')
    }
    for (const screen of [canvas, `${canvas}?view=list`, `${canvas}/variables`, `${canvas}/logs`, `${canvas}/metrics`, ...['deployments', 'variables', 'logs', 'metrics', 'settings'].map((tab) => `${panel}/${tab}`), ...SCREENS]) {
      await page.goto(screen)
      await expectClean(page, screen)
    }
  })
}

/** A database with a row, a snapshot and a volume with a file, deployed once and changed since. */
async function drawData(api: Api, name: string): Promise<{ canvas: string; databaseId: string; volumeId: string; serviceId: string }> {
  const { body: project } = await api.send('POST', '/api/v1/projects', { name })
  const environmentId = project.environments[0].id
  const at = `/api/v1/environments/${environmentId}`
  const { body: database } = await api.send('POST', `${at}/databases`, { engine: 'postgres' })
  const { body: service } = await api.send('POST', `${at}/services`, { name: 'web', source: { type: 'template', template: 'static-site' } })
  const { body: volume } = await api.send('POST', `${at}/volumes`, { name: 'files', serviceId: service.id, path: '/app/files' })
  await api.send('PUT', `/api/v1/services/${service.id}/variables`, { variables: { DATABASE_URL: { value: '${{postgres.DATABASE_URL}}', secret: false } } })
  await api.send('POST', `${at}/changes/apply`, { message: 'First light' })
  await until('all of it to run', async () => (await api.get(`${at}/graph`)).body.nodes.filter(({ state }: { state?: string }) => state === 'running').length === 2, 120_000)
  await api.send('POST', `/api/v1/services/${database.id}/data/execute`, { statement: "create table notes as select 1 as id, 'one' as text" })
  await api.send('POST', `${at}/snapshots`, { serviceId: database.id })
  await api.send('POST', `/api/v1/volumes/${volume.id}/folders`, { path: 'pictures' })
  await api.send('PUT', `/api/v1/services/${service.id}/variables`, { variables: { OTHER: { value: 'x', secret: false } } })
  return { canvas: `/${project.id}/${environmentId}`, databaseId: database.id, volumeId: volume.id, serviceId: service.id }
}

test('nor have databases, volumes, snapshots and changes, wide and narrow, with what is asked there', async ({ page }) => {
  test.setTimeout(400_000)
  await signIn(page)
  const { canvas, databaseId, volumeId, serviceId } = await drawData(await signInOverRest(), 'Accessible data')
  const open = async (path: string, ...buttons: string[]) => {
    await page.goto(path)
    for (const name of buttons) await page.getByRole('button', { name }).or(page.getByRole('menuitem', { name, exact: true })).first().click()
    if (buttons.length > 0) await page.getByRole('dialog').or(page.getByLabel('Variables as .env')).first().waitFor()
    await expectClean(page, [path, ...buttons].join(' → '))
  }
  const volume = `${canvas}/volumes/${volumeId}`
  const database = `${canvas}/${databaseId}`

  for (const tab of DATABASE_TABS) await open(`${database}/${tab}`)
  for (const tab of ['overview', 'files', 'snapshots']) await open(`${volume}/${tab}`)
  await open(canvas, 'Add', 'Database')
  await open(canvas, 'Add', 'Volume')
  await open(canvas, 'Review')
  await open(canvas, 'More', 'Revisions')
  await open(canvas, 'Detach files from web')
  await open(`${database}/overview`, 'Rotate…')
  await open(`${database}/overview`, 'Turn on…')
  await open(`${database}/snapshots`, 'Schedule')
  await open(`${database}/snapshots`, 'What to do with it', 'Restore…')
  await open(`${volume}/files`, 'New folder')
  await open(`${canvas}/${serviceId}/variables`, 'Edit as .env')

  await page.setViewportSize(NARROW)
  await page.emulateMedia({ colorScheme: 'light' })
  for (const tab of ['overview', 'data', 'snapshots']) await open(`${database}/${tab}`)
  await open(`${volume}/files`)
  await open(`${canvas}?view=list`)
  await open(canvas, 'Review')
})
