import { AxeBuilder } from '@axe-core/playwright'

import { expect, signIn, signInOverRest, test } from './support'

// No serious or critical finding on any screen, in both themes.

const SCREENS = ['/projects', '/activity', '/operations', '/settings/organization', '/settings/members', '/settings/tokens', '/settings/keys', '/settings/account', '/reference']

for (const theme of ['dark', 'light'] as const) {
  test(`every screen is free of serious findings, ${theme}`, async ({ page }) => {
    test.setTimeout(400_000)
    await page.emulateMedia({ colorScheme: theme })
    await page.goto('/sign-in')
    await expectClean('/sign-in')
    await signIn(page)
    const api = await signInOverRest()
    const project = await api.send('POST', '/api/v1/projects', { name: `Accessible ${theme}` })
    const canvas = `/${project.body.id}/${project.body.environments[0].id}`
    await page.goto(canvas)
    await expectClean('empty canvas')
    const service = await api.send('POST', `/api/v1/environments/${project.body.environments[0].id}/services`, { source: { type: 'template', template: 'node-service' } })
    const panel = `${canvas}/${service.body.id}`
    await api.send('PUT', `/api/v1/environments/${project.body.environments[0].id}/variables`, { variables: { SHARED_KEY: '${{secret(32)}}' } })
    await api.send('PUT', `/api/v1/services/${service.body.id}/variables`, { variables: { KEY: '${{shared.SHARED_KEY}}', PLAIN: { value: 'x', secret: false } } })
    for (const screen of [canvas, `${canvas}?view=list`, `${canvas}/variables`, ...['deployments', 'variables', 'logs', 'settings'].map((tab) => `${panel}/${tab}`), ...SCREENS]) {
      await page.goto(screen)
      await expectClean(screen)
    }

    async function expectClean(screen: string): Promise<void> {
      await page.waitForLoadState('load')
      await page.getByRole('main').first().waitFor()
      const { violations } = await new AxeBuilder({ page }).analyze()
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(' ')}`), screen).toEqual([])
    }
  })
}
