import { expect, signIn, signInOverRest, test, until, type Api } from './support'

// What is set and not deployed: seen by whoever looks, set back one by one, deployed together, and set again later.

async function deployed(api: Api, name: string): Promise<{ projectId: string; environmentId: string; serviceId: string }> {
  const { body: project } = await api.send('POST', '/api/v1/projects', { name })
  const environmentId = project.environments[0].id
  const { body: service } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name: 'web', source: { type: 'template', template: 'node-service' } })
  await api.send('POST', `/api/v1/environments/${environmentId}/changes/apply`, { message: 'First light' })
  await until('the service to run', async () => (await api.get(`/api/v1/services/${service.id}`)).body.state === 'running')
  return { projectId: project.id, environmentId, serviceId: service.id }
}

async function set(api: Api, serviceId: string, changed: Record<string, unknown>): Promise<void> {
  const { body: service } = await api.get(`/api/v1/services/${serviceId}`)
  await api.send('PATCH', `/api/v1/services/${serviceId}`, { settings: { ...service.settings, ...changed } })
}

test('changes are reviewed, set back one by one, deployed with a message, and set again from a revision', async ({ page }) => {
  const api = await signInOverRest()
  const { projectId, environmentId, serviceId } = await deployed(api, 'Changing')
  await signIn(page)
  await page.goto(`/${projectId}/${environmentId}`)
  const bar = page.getByRole('region', { name: 'Changes' })
  await expect(page.getByRole('group', { name: 'web, running' })).toBeVisible()
  await expect(bar).toBeHidden()

  // Somebody else's edit comes by itself.
  await set(api, serviceId, { replicas: 2, holdS: 7 })
  await expect(bar.getByText('1 change')).toBeVisible()
  await bar.getByRole('button', { name: 'Review' }).click()
  const review = page.getByRole('dialog', { name: 'Review changes' })
  await expect(review.getByText('Starts the same build anew')).toBeVisible()
  await review.getByRole('button', { name: 'Discard the change of Longest wait of a request (s)' }).click()
  await expect(review.getByText('Longest wait of a request (s)')).toBeHidden()
  await review.getByLabel('What this is for').fill('Two of them')
  await review.getByRole('button', { name: 'Deploy 1 change' }).click()
  await expect(review).toBeHidden()
  await expect(bar).toBeHidden()
  await until('two replicas to run', async () => (await api.get(`/api/v1/services/${serviceId}`)).body.replicas.healthy === 2)

  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Revisions' }).click()
  const revisions = page.getByRole('dialog', { name: 'Revisions' })
  await expect(revisions.getByRole('button', { name: /Two of them/ })).toBeVisible()
  await revisions.getByRole('button', { name: /First light/ }).click()
  await revisions.getByRole('button', { name: 'Set this again' }).click()
  await expect(review.getByText('Replicas')).toBeVisible()
  await page.keyboard.press('Escape')
  await bar.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click()
  await expect(bar).toBeHidden()
})

test('two people who edit one service lose nothing', async ({ page }) => {
  const api = await signInOverRest()
  const { projectId, environmentId, serviceId } = await deployed(api, 'Contended')
  await signIn(page)
  await page.goto(`/${projectId}/${environmentId}/${serviceId}/settings`)
  await page.getByLabel('Grace', { exact: true }).fill('33')
  await set(api, serviceId, { replicas: 3 })
  await expect(page.getByText(/changed web meanwhile/)).toBeVisible()
  await expect(page.getByLabel('Replicas', { exact: true }).getByLabel('Processes')).toHaveValue('3')
  await expect(page.getByLabel('Grace', { exact: true })).toHaveValue('33')
  await page.getByRole('button', { name: /^Save/ }).click()
  await expect(page.getByRole('button', { name: /^Save/ })).toBeHidden()
  const { body } = await api.get(`/api/v1/services/${serviceId}`)
  expect([body.settings.replicas, body.settings.health.deadlineS]).toEqual([3, 33])
})
