import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expectNoGraveFindings } from './findings'
import { expect, signIn, signInOverRest, test, until } from './support'

// An environment is watched from the start: what is not well is seen on the canvas and told elsewhere, until it is well again or silenced.

/** A webhook of somebody else. */
async function startHook() {
  const received: { kind: string; alerts?: { what: string; kind: string; subject: string }[] }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      received.push(JSON.parse(body))
      response.end('thank you')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, close: () => new Promise((done) => server.close(done)) }
}

for (const theme of ['dark', 'light'] as const) {
  test(`an alert is seen, told, silenced and set aside, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme })
    const hook = await startHook()
    const api = await signInOverRest()
    await signIn(page)
    const { body: project } = await api.send('POST', '/api/v1/projects', { name: `Watched ${theme}` })
    const environmentId = project.environments[0].id as string
    const pager = `pager ${Date.now()}`
    const canvas = `/${project.id}/${environmentId}`

    await test.step('a channel is added, and a test of it arrives', async () => {
      await page.goto('/settings/notifications')
      await expectNoGraveFindings(page, 'notifications')
      await page.getByRole('button', { name: 'New channel' }).click()
      await expectNoGraveFindings(page, 'new channel, e-mail')
      await page.getByRole('combobox', { name: 'Kind' }).click()
      await page.getByRole('option', { name: 'Webhook' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill(pager)
      await page.getByRole('textbox', { name: 'Address' }).fill('not an address')
      await page.getByRole('button', { name: 'Add channel' }).click()
      await expect(page.getByText('Must be an address such as https://example.com/hook, without a user in it.', { exact: true })).toBeVisible()
      await page.getByRole('textbox', { name: 'Address' }).fill(hook.url)
      await page.getByRole('button', { name: 'Add channel' }).click()
      const row = page.getByRole('list', { name: 'Notification channels' }).getByRole('listitem').filter({ hasText: pager })
      await row.getByRole('button', { name: 'Send a test' }).click()
      await expect(row.getByText('The test arrived. It answered 200: thank you')).toBeVisible()
      expect(hook.received.map(({ kind }) => kind)).toEqual(['test'])
    })

    await test.step('a deployment fails: the node, the bell and the channel say so', async () => {
      const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'api', source: { type: 'git', url: 'http://127.0.0.1:9/nowhere.git' } })
      await page.goto(canvas)
      await expect(page.getByRole('button', { name: 'Alerts: nothing fires' })).toBeVisible()
      await api.send('POST', `/api/v1/services/${service.id}/deployments`, {})
      await expect(page.getByRole('button', { name: 'Alerts: one fires, 1 unread' })).toBeVisible({ timeout: 90_000 })
      await expect(page.getByRole('group', { name: /^api,/ }).getByText('Alert: api: deployment failed')).toBeAttached()
      await until('the channel to be told', async () => hook.received.some(({ alerts }) => alerts?.some((alert) => alert.what === 'firing' && alert.kind === 'deployment_failed' && alert.subject === 'api') ?? false))
      await expectNoGraveFindings(page, 'canvas with an alert')
    })

    await test.step('the bell lists it, by keyboard too', async () => {
      const bell = page.getByRole('button', { name: /^Alerts: one fires/ })
      await bell.focus()
      await page.keyboard.press('Enter')
      const list = page.getByRole('dialog', { name: 'Alerts' })
      await expect(list.getByRole('link', { name: /api: deployment failed/ })).toBeVisible()
      await expectNoGraveFindings(page, 'bell')
      await page.keyboard.press('Escape')
      await expect(list).toBeHidden()
      await expect(bell).toBeFocused()
      await expect(bell).toHaveAccessibleName('Alerts: one fires')
    })

    await test.step('a rule is changed and set back, all is silenced and heard again', async () => {
      await page.goto(`/projects/${project.id}/settings`)
      await page.getByRole('link', { name: /^Alerts of / }).click()
      const rules = page.getByRole('list', { name: 'Rules' })
      await expectNoGraveFindings(page, 'rules')
      await rules.getByRole('button', { name: 'Change “CPU above 90 % of its limit for 5 min”' }).click()
      await page.getByRole('textbox', { name: 'Above' }).fill('75')
      await expectNoGraveFindings(page, 'a rule')
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(rules.getByText('CPU above 75 % of its limit for 5 min')).toBeVisible()
      await rules.getByRole('button', { name: /^Set “CPU above 75 %/ }).click()
      await expect(rules.getByText('CPU above 90 % of its limit for 5 min')).toBeVisible()
      await page.getByRole('button', { name: 'New silence' }).click()
      await page.getByRole('textbox', { name: 'Reason' }).fill('Moving house')
      await page.getByRole('button', { name: 'Silence', exact: true }).click()
      const silences = page.getByRole('list', { name: 'Silences' })
      await expect(silences.getByText('Moving house')).toBeVisible()
      await silences.getByRole('button', { name: 'End now' }).click()
      await expect(page.getByText('Nothing is silenced.')).toBeVisible()
    })

    await test.step('the rule is switched off: the alert ends, and the list keeps it', async () => {
      const off = page.getByRole('switch', { name: 'Deployment failed' })
      await off.click()
      await expect(off).not.toBeChecked()
      await until('the alert to end', async () => {
        const { body } = await api.get(`/api/v1/organizations/${project.organizationId}/alerts?state=resolved&environmentId=${environmentId}`)
        return body.items.length === 1
      })
      await page.goto('/alerts')
      await expect(page.getByRole('list', { name: 'Alerts that are resolved' }).getByText(`Watched ${theme}`).first()).toBeVisible()
      await expectNoGraveFindings(page, 'alerts')
    })

    await test.step('all of it fits a phone', async () => {
      await page.setViewportSize({ width: 390, height: 844 })
      for (const path of ['/alerts', '/settings/notifications', `/projects/${project.id}/alerts/${environmentId}`, canvas]) {
        await page.goto(path)
        await expect(page.getByRole('button', { name: /^Alerts: / })).toBeVisible()
        expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390)
      }
    })
    await hook.close()
  })
}
