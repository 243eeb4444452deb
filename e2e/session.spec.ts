import { expect, OWNER, signIn, signInOverRest, test, type Api } from './support'

// Whoever is typing when their session ends, or goes to another page of the console, finds what they typed.

async function scene(api: Api): Promise<{ path: string; serviceId: string }> {
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'Interrupted' })
  const environmentId = project.environments[0].id
  const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'web', source: { type: 'template', template: 'static-site' } })
  return { path: `/${project.id}/${environmentId}`, serviceId: service.id }
}

test('what is typed outlives another page, signing out in another tab, and signing in again', async ({ page, context, heard }) => {
  heard.expect(/401/)
  const api = await signInOverRest()
  const { path, serviceId } = await scene(api)
  await signIn(page)
  await page.goto(`${path}/${serviceId}/settings`)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  const field = page.getByLabel('Start command').first()
  await field.fill('node mine.js')

  await page.getByRole('link', { name: 'Projects' }).first().click()
  await page.waitForURL('**/projects')
  await page.goBack()
  await expect(field).toHaveValue('node mine.js')

  const other = await context.newPage()
  await other.goto('/settings/account')
  await other.getByRole('button', { name: 'Sign out' }).first().click()
  await other.waitForURL('**/sign-in*')
  await expect(page.getByText(/You are signed out\. Sign in in a new tab/)).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('region', { name: 'Unsaved changes' }).getByText(/what you typed stays/)).toBeVisible()
  await signIn(other)
  // As a browser does when somebody comes back to this window.
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(page.getByText(/Sign in in a new tab/)).toBeHidden()

  // Also where the tab itself is sent to sign in.
  await other.goto('/settings/account')
  await other.getByRole('button', { name: 'Sign out' }).first().click()
  await other.waitForURL('**/sign-in*')
  await page.getByRole('link', { name: 'Variables', exact: true }).click()
  await page.waitForURL('**/sign-in*')
  await page.getByLabel('Email').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/variables')
  await page.getByRole('link', { name: 'Settings', exact: true }).first().click()
  await expect(field).toHaveValue('node mine.js')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('region', { name: 'Unsaved changes' })).toBeHidden()
  expect((await api.get(`/api/v1/services/${serviceId}`)).body.settings.startCommand).toBe('node mine.js')
})
