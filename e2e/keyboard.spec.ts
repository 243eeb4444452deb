import type { Locator, Page } from '@playwright/test'

import { expect, OWNER, signInOverRest, test, until, visit } from './support'

/** Walks to a control with the tab key, as somebody without a pointer does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  await until(
    `the focus to reach ${String(target)}`,
    async () => {
      if (await target.evaluate((element) => element === document.activeElement)) return true
      await page.keyboard.press('Tab')
      return false
    },
    30_000,
  )
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }))
  await page.keyboard.type(text)
}

/** Does what the palette finds first. */
async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox')
  await expect(field).toBeFocused()
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await expect(field).toBeHidden()
}

test('somebody joins, makes a project, adds a service, deploys it and opens its address with the keyboard alone', async ({ page, context }, { retry }) => {
  const owner = await signInOverRest()
  const [{ organization }] = (await owner.get('/api/v1/auth/me')).body.memberships
  const email = `keys-${retry}@example.com`
  const { body: invitation } = await owner.send('POST', `/api/v1/organizations/${organization.id}/invitations`, { email, role: 'developer' })
  await page.goto(`/invitation/${invitation.token}`)
  await type(page, 'Name', 'Kim Keys')
  await type(page, 'Password', OWNER.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/projects')

  await tabTo(page, page.getByRole('button', { name: 'New project' }).first())
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('tab', { name: 'Repository' }))
  await page.keyboard.press('End')
  await type(page, 'Project name', 'By keys')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/prj_\w+\/env_\w+$/)
  await page.getByRole('heading', { name: 'Nothing is drawn here yet' }).waitFor()

  await command(page, 'add static')
  await expect(page.getByRole('status').filter({ hasText: '1 change' })).toBeVisible()
  await page.keyboard.press('Control+Enter')
  const node = page.getByRole('group', { name: /, running$/ })
  await expect(node).toBeVisible({ timeout: 60_000 })

  await page.keyboard.press('Control+f')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(node).toBeFocused()
  const opened = context.waitForEvent('page')
  await page.keyboard.press('Shift+O')
  const url = (await opened).url()
  expect(url).toBe((await node.getByRole('link').getAttribute('href')) + '/')
  await until('the address to answer', async () => (await visit(url)).status === 200)

  // Enter opens it, Escape closes it again.
  await node.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('complementary')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('complementary')).toBeHidden()
})
