import { readFileSync } from 'node:fs'

import { expect, signIn, signInOverRest, test } from './support'

// Variables as a person edits them: completion by keyboard, shared ones, generators, the text of a .env file.

test('a person shares, refers to, generates and imports variables', async ({ page }) => {
  const api = await signInOverRest()
  const project = await api.send('POST', '/api/v1/projects', { name: 'Wired' })
  const environmentId = project.body.environments[0].id as string
  const draw = async (name: string) => (await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name, source: { type: 'template', template: 'static-site' } })).body.id as string
  const [web] = [await draw('web'), await draw('my api')]
  await signIn(page)
  const canvas = `/${project.body.id}/${environmentId}`

  // Shared, with a secret that is generated when it is saved.
  await page.goto(canvas)
  await page.getByRole('button', { name: 'Shared variables' }).click()
  const shared = page.getByRole('complementary', { name: 'Shared variables' })
  await shared.getByRole('button', { name: 'Add variable' }).click()
  await shared.getByLabel('Name of new variable').fill('SESSION_KEY')
  await shared.getByRole('combobox', { name: 'Value of SESSION_KEY' }).pressSequentially('${{sec')
  await expect(shared.getByRole('option', { name: /\$\{\{secret\(32\)\}\}/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(shared.getByRole('combobox', { name: 'Value of SESSION_KEY' })).toHaveValue('${{secret(32)}}')
  await shared.getByRole('button', { name: 'Save' }).click()
  await expect(shared.getByText('No service refers to it.')).toBeVisible()
  await shared.getByRole('button', { name: /^Reveal SESSION_KEY/ }).click()
  await expect(shared.getByText(/^[A-Za-z0-9]{32}$/)).toBeVisible()

  // A service takes it, and refers to another one by keyboard alone.
  await page.goto(`${canvas}/${web}/variables`)
  const panel = page.getByRole('complementary', { name: 'Service web' })
  await panel.getByRole('button', { name: 'Use a shared variable' }).click()
  await page.getByRole('menuitem', { name: 'SESSION_KEY' }).click()
  await panel.getByRole('button', { name: 'Add variable' }).click()
  await panel.getByLabel('Name of new variable').fill('API')
  const value = panel.getByRole('combobox', { name: 'Value of API' })
  await value.pressSequentially('${{my')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(value).toHaveValue('${{"my api".URL}}')
  await value.pressSequentially('/v1')
  await panel.getByText('What saving changes').click()
  await expect(panel.getByRole('listitem').filter({ hasText: 'Added: API' })).toContainText('${{"my api".URL}}/v1')
  await panel.getByRole('button', { name: 'Save' }).click()
  await expect(panel.getByRole('region', { name: 'Unsaved changes' })).toBeHidden()
  const graph = await api.get(`/api/v1/environments/${environmentId}/graph`)
  expect(graph.body.links).toMatchObject([{ from: web, variables: ['API'] }])

  // A reference to nothing is refused where it stands.
  await value.fill('${{gone.URL}}')
  await panel.getByRole('button', { name: 'Save' }).click()
  await expect(panel.getByText('web.API refers to gone.URL, but this environment has no service named gone.').first()).toBeVisible()
  await panel.getByRole('button', { name: 'Discard' }).click()

  // As text, looked at before it is saved.
  await panel.getByRole('button', { name: 'Edit as .env' }).click()
  const text = panel.getByLabel('Variables as .env')
  await expect(text).toHaveValue(/^API='\$\{\{"my api"\.URL\}\}\/v1'\nSESSION_KEY=\$\{\{shared\.SESSION_KEY\}\}\n$/)
  await text.fill('API=${{shared.SESSION_KEY}}\nCERT="one\ntwo"\n')
  await expect(panel.getByRole('listitem').filter({ hasText: 'Removed: SESSION_KEY' })).toBeVisible()
  await panel.getByRole('button', { name: 'Save' }).click()
  await expect(panel.getByLabel('Name of CERT')).toBeVisible()
  const revealed = await api.send('POST', `/api/v1/services/${web}/variables/CERT/reveal`)
  expect(revealed.body.value).toBe('one\ntwo')
})

test('a circle is refused with its path, and what goes out as .env comes back byte for byte', async ({ page }) => {
  const api = await signInOverRest()
  const project = await api.send('POST', '/api/v1/projects', { name: 'Round trip' })
  const environmentId = project.body.environments[0].id as string
  const draw = async (name: string) => (await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name, source: { type: 'template', template: 'static-site' } })).body.id as string
  const [web, worker] = [await draw('web'), await draw('worker')]
  await api.send('PUT', `/api/v1/services/${worker}/variables`, { variables: { TOKEN: { value: '${{web.TOKEN}}x', secret: false } } }).then(({ status }) => expect(status, 'a reference to nothing').toBe(400))
  await api.send('PUT', `/api/v1/services/${web}/variables`, { variables: { TOKEN: 't' } })
  await api.send('PUT', `/api/v1/services/${worker}/variables`, { variables: { TOKEN: { value: '${{web.TOKEN}}x', secret: false } } })
  await signIn(page)
  await page.goto(`/${project.body.id}/${environmentId}/${web}/variables`)
  const panel = page.getByRole('complementary', { name: 'Service web' })
  await panel.getByRole('combobox', { name: 'Value of TOKEN' }).fill('${{worker.TOKEN}}')
  await panel.getByRole('button', { name: 'Save' }).click()
  await expect(panel.getByText(/web\.TOKEN → worker\.TOKEN → web\.TOKEN/).first()).toBeVisible()
  await panel.getByRole('button', { name: 'Discard' }).click()

  const values = { TOKEN: 'it\'s "both"', CERT: '-----BEGIN-----\nline \\n two\t\n\n-----END-----\n', GREETING: '  Grüezi 🌍 # not a comment  ', DOLLARS: '$HOME $$ ${NOT}', EMPTY: '' }
  await api.send('PUT', `/api/v1/services/${web}/variables`, { variables: values })
  await page.reload()
  const [download] = await Promise.all([page.waitForEvent('download'), panel.getByRole('button', { name: /^Download as \.env/ }).click()])
  const exported = readFileSync(await download.path(), 'utf8')

  await page.goto(`/${project.body.id}/${environmentId}/${worker}/variables`)
  const other = page.getByRole('complementary', { name: 'Service worker' })
  await other.getByLabel('A .env file', { exact: true }).setInputFiles({ name: 'web.env', mimeType: 'text/plain', buffer: Buffer.from(exported) })
  await other.getByRole('button', { name: 'Save' }).click()
  await expect(other.getByRole('region', { name: 'Unsaved changes' })).toBeHidden()
  for (const [key, value] of Object.entries(values)) expect((await api.send('POST', `/api/v1/services/${worker}/variables/${key}/reveal`)).body.value, key).toBe(value)
})
