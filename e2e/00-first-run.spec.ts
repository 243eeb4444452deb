import { expect, test, OWNER, visit, until } from './support'

// There is one first visit.
test.describe.configure({ retries: 0 })

test('the first visitor makes the account, presses Deploy once and opens the address', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/welcome$/)
  await page.getByLabel('Name').fill(OWNER.name)
  await page.getByLabel('Email').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/prj_\w+\/env_\w+$/)

  await page.getByRole('button', { name: /^Deploy/ }).click()
  const web = page.getByRole('group', { name: 'web, running' })
  await expect(web).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('group', { name: 'api, running' })).toBeVisible({ timeout: 60_000 })

  const url = (await web.getByRole('link').getAttribute('href'))!
  const answer = await until('the address to answer', async () => {
    const seen = await visit(url)
    return seen.status === 200 ? seen : null
  })
  expect(answer.text).toContain('<html')

  await page.goto('/welcome')
  await expect(page).not.toHaveURL(/\/welcome$/)
})
