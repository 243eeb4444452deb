import type { Page } from '@playwright/test'

import { dockerTarget, expect, onEngine, repository, serverFiles, signIn, signInOverRest, test, until, visit } from './support'

// The journey that matters most: v1 serves, v2 never becomes healthy, v1 still serves, the screen names the reason, v3 succeeds.

const neverListens = { ...serverFiles(''), 'server.js': "console.log('thinking for ever'); setInterval(() => {}, 1000)\n" }

async function openCanvas(page: Page, name: string, targetId: string | null): Promise<string> {
  const api = await signInOverRest()
  const project = await api.send('POST', '/api/v1/projects', { name, ...(targetId === null ? {} : { targetId }) })
  await signIn(page)
  await page.goto(`/${project.body.id}/${project.body.environments[0].id}`)
  return project.body.id
}

async function addRepository(page: Page, url: string): Promise<void> {
  await page.getByRole('button', { name: /^Add/ }).first().click()
  await page.getByRole('menuitem', { name: 'Git repository' }).click()
  await page.getByLabel('Repository address').fill(url)
  await page.getByRole('button', { name: 'Add service' }).click()
}

test('a broken version never takes the running one down, and the screen says what is wrong', async ({ page }) => void (await breakAndMend(page, 'journey', null)))

test('nor does it on Docker', async ({ page }) => {
  const targetId = await dockerTarget(await signInOverRest())
  test.skip(targetId === null, 'no Docker engine answers')
  const projectId = await breakAndMend(page, 'voyage', targetId)
  // The engine outlives this instance of the product.
  const api = await signInOverRest()
  const { body: project } = await api.get(`/api/v1/projects/${projectId}`)
  await api.send('DELETE', `/api/v1/projects/${projectId}`)
  await until('everything of the project to be gone', async () => onEngine(project.environments[0].id, []).length === 0)
})

async function breakAndMend(page: Page, name: string, targetId: string | null): Promise<string> {
  const source = repository(name)
  source.commit(serverFiles('version one'), 'Version one')
  const projectId = await openCanvas(page, `Broken ${name}`, targetId)
  await addRepository(page, source.url)

  const running = page.getByRole('group', { name: `${name}, running` })
  const node = page.getByRole('group', { name: new RegExp(`^${name},`) })
  await expect(node).toBeVisible()
  const url = (await node.getByRole('link').getAttribute('href'))!
  expect(url, 'the address is known before the first build').toContain(`${name}-production-broken-${name}`)
  if (!/\/svc_/.test(page.url())) await node.press('Enter')
  await expect(page).toHaveURL(/\/svc_\w+/)
  await expect(page.getByText(/scripts\.start/).first(), 'the plan is shown with the file that decided it').toBeVisible()

  await page.getByRole('link', { name: 'Settings' }).or(page.getByRole('tab', { name: 'Settings' })).first().click()
  await page.getByLabel('Grace', { exact: true }).fill('5')
  await page.getByRole('button', { name: /^Save/ }).click()
  await expect(page.getByRole('button', { name: /^Save/ })).toBeHidden()
  await page.getByRole('link', { name: 'Deployments' }).or(page.getByRole('tab', { name: 'Deployments' })).first().click()

  const panel = page.getByRole('complementary').or(page.getByRole('region', { name: new RegExp(name) })).first()
  const deploy = page.getByRole('button', { name: 'Deploy', exact: true }).last()
  await deploy.click()
  await expect(running).toBeVisible({ timeout: 60_000 })
  expect((await visit(url)).text).toBe('version one')

  source.commit(neverListens, 'Version two never listens')
  await deploy.click()
  await expect(page.getByText('It never became healthy').first()).toBeVisible({ timeout: 60_000 })
  expect((await visit(url)).text, 'version one still serves').toBe('version one')
  await expect(running).toBeVisible()
  await expect(panel).toBeVisible()

  source.commit(serverFiles('version three'), 'Version three')
  await deploy.click()
  await until('version three to serve', async () => (await visit(url)).text === 'version three')
  await expect(running).toBeVisible({ timeout: 30_000 })

  await page.getByRole('link', { name: 'Logs' }).or(page.getByRole('tab', { name: 'Logs' })).first().click()
  await visit(url, '/seen-in-the-log')
  await expect(page.getByText('GET /seen-in-the-log').first(), 'the runtime log is live').toBeVisible()
  return projectId
}
