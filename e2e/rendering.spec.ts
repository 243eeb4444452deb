import { countRenderings } from '../bench/canvas/rendered.mjs'
import { expect, signIn, signInOverRest, test } from './support'

declare global {
  interface Window {
    renderedNodes(): string[]
  }
}

test('a change of one service renders its node and no other', async ({ page }) => {
  const api = await signInOverRest()
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'Rendered' })
  const environmentId = project.environments[0].id
  const ids: string[] = []
  for (const name of ['one', 'two', 'three']) {
    const { body } = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name, source: { type: 'template', template: 'static-site' }, x: ids.length * 400 })
    ids.push(body.id)
  }
  await page.addInitScript(countRenderings)
  await signIn(page)
  await page.goto(`/${project.id}/${environmentId}`)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  const first = await page.evaluate(() => window.renderedNodes())
  expect(new Set(first), 'the first picture renders them all').toEqual(new Set(ids))
  // What is found out about new services comes by itself; then nothing is rendered any more.
  await expect.poll(() => page.evaluate(() => window.renderedNodes()), { intervals: [1_000] }).toEqual([])

  await api.send('PATCH', `/api/v1/services/${ids[1]}`, { name: 'changed' })
  await expect(page.getByRole('group', { name: /^changed,/ })).toBeVisible()
  expect(new Set(await page.evaluate(() => window.renderedNodes()))).toEqual(new Set([ids[1]]))
})
