import { expect, notesFiles, repository, signIn, signInOverRest, test, until, visit } from './support'

// Snapshots as a person lives with them: taken, planned, proven, and gone back to when the data is lost.

test('a snapshot brings back what was destroyed, and is known to', async ({ page }) => {
  const api = await signInOverRest()
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'With a past' })
  const environmentId = project.environments[0].id
  const source = repository('past')
  source.commit(notesFiles(), 'Keep notes')
  const { body: database } = await api.send('POST', `/api/v1/environments/${environmentId}/databases`, { engine: 'postgres' })
  const { body: web } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'web', source: { type: 'git', url: source.url } })
  await api.send('PUT', `/api/v1/services/${web.id}/variables`, { variables: { DATABASE_URL: { value: '${{postgres.DATABASE_URL}}', secret: false } } })
  await api.send('POST', `/api/v1/environments/${environmentId}/changes/apply`, {})
  await until('a row to be written', async () => (await visit(web.url, '/add')).text === 'notes: 1')

  await signIn(page)
  await page.goto(`/${project.id}/${environmentId}/${database.id}/snapshots`)
  const panel = page.getByRole('complementary', { name: 'Service postgres' })
  await expect(panel.getByText('No snapshots yet')).toBeVisible()
  await panel.getByRole('button', { name: 'Take one now' }).click()
  const [first, second] = [panel.getByRole('listitem').first(), panel.getByRole('listitem').nth(1)]
  await expect(first).toContainText('Complete', { timeout: 60_000 })
  await expect(first, 'size and duration').toContainText(/[\d.]+ [KM]iB\s*·\s*[\d.]+ m?s/)

  await panel.getByRole('button', { name: 'Schedule' }).click()
  const plan = page.getByRole('dialog', { name: 'Snapshots of postgres' })
  await plan.getByRole('switch', { name: 'Take them by the clock' }).click()
  await plan.getByLabel('Keep at most').fill('3')
  await plan.getByRole('button', { name: 'Save' }).click()
  await expect(plan).toBeHidden()
  await expect(panel.getByText(/^Next snapshot/)).toBeVisible()
  await expect(panel.getByText(/^Every night at 3:00 .* The newest 3 are kept\.$/)).toBeVisible()

  const choose = async (item: string) => {
    await first.getByRole('button', { name: 'What to do with it' }).click()
    await page.getByRole('menuitem', { name: item, exact: true }).click()
  }
  await choose('Try it out')
  await expect(panel.getByText(/^Last proven restore/)).toBeVisible({ timeout: 60_000 })
  await expect(first).toContainText('Proven')

  expect((await api.send('POST', `/api/v1/services/${database.id}/data/execute`, { statement: 'drop table notes' })).status).toBe(200)
  expect((await visit(web.url)).status).toBe(500)
  await choose('Restore…')
  const restore = page.getByRole('dialog', { name: 'Restore postgres?' })
  await expect(restore.getByRole('button', { name: 'Restore' })).toBeDisabled()
  await restore.getByRole('textbox').fill('postgres')
  await restore.getByRole('button', { name: 'Restore' }).click()
  await expect(restore).toBeHidden()
  await expect(panel.getByRole('status').filter({ hasText: /^Restored(?!,)/ })).toBeVisible({ timeout: 60_000 })
  await expect(first, 'what was there before is kept').toContainText('Before a restore')
  await expect(second).toContainText('Olivia Owner')
  await until('the row to be back', async () => (await visit(web.url)).text === 'notes: 1')
})
