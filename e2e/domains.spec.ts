import { expectNoGraveFindings } from './findings'
import { expect, signIn, signInOverRest, test } from './support'

// A host name of one's own: what is typed is judged, the records to make are told, what was found is said in words, rules are kept, and it goes.

test('a host name is typed, told about, given rules, and removed', async ({ page }) => {
  const api = await signInOverRest()
  await signIn(page)
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'Named' })
  const environmentId = project.environments[0].id as string
  const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'web', source: { type: 'git', url: 'http://127.0.0.1:9/nowhere.git' } })
  // Another try finds its name taken by the one before.
  const own = `easel-journey-${Date.now()}.com`
  const field = page.getByRole('textbox', { name: 'Host name' })

  await test.step('what cannot be one is said, and kept nowhere', async () => {
    await page.goto(`/${project.id}/${environmentId}/${service.id}/domains`)
    await expect(page.getByText('No host name of your own')).toBeVisible()
    await expectNoGraveFindings(page, 'no host names')
    await field.fill('192.0.2.1')
    await page.getByRole('button', { name: 'Add', exact: true }).last().click()
    await expect(page.getByText('192.0.2.1 is an address.')).toBeVisible()
    await field.fill('co.uk')
    await page.getByRole('button', { name: 'Add', exact: true }).last().click()
    await expect(field).toHaveAttribute('aria-invalid', 'true')
  })

  await test.step('the records to make are told, and what was found', async () => {
    await field.fill(`https://Bücher.${own}/shop`)
    await page.getByRole('button', { name: 'Add', exact: true }).last().click()
    await expect(page.getByText(`bücher.${own}`, { exact: true })).toBeVisible()
    await expect(page.getByText(`_easel-challenge.xn--bcher-kva.${own}`, { exact: true })).toBeVisible()
    await expect(page.getByText(/^Looked at .* Next look/)).toBeVisible({ timeout: 30_000 })
    await expectNoGraveFindings(page, 'a host name that waits')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  await test.step('another service cannot have it too', async () => {
    const { status } = await api.send('POST', `/api/v1/services/${service.id}/domains`, { hostname: `xn--bcher-kva.${own}` })
    expect(status).toBe(409)
  })

  await test.step('rules are kept', async () => {
    await page.getByRole('button', { name: /^(More|Actions)/ }).last().click()
    await page.getByRole('menuitem', { name: 'Rules and paths…' }).click()
    await page.getByRole('textbox', { name: 'Redirects' }).fill('/old /new 308')
    await expectNoGraveFindings(page, 'rules of a host name')
    await page.getByRole('button', { name: 'Save rules' }).click()
    await expect(page.getByRole('dialog')).toBeHidden()
    const { body } = await api.send('GET', `/api/v1/environments/${environmentId}/domains`)
    expect(body.items[0].rules.redirects).toEqual([{ from: '/old', to: '/new', status: 308 }])
  })

  await test.step('it is removed', async () => {
    await page.getByRole('button', { name: /^(More|Actions)/ }).last().click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('button', { name: 'Remove host name' }).click()
    await expect(page.getByText('No host name of your own')).toBeVisible()
  })
})
