import { connect } from 'node:net'

import { expect, signIn, signInOverRest, test, until, type Answer, type Api } from './support'

// What is in a database, looked at and changed by a person.

const FILL = `insert into notes select n, 'note ' || n from generate_series(1, 120) n`

/** Says something to a Redis as its services do, and waits for as many answers. */
async function tellRedis(api: Api, cache: Answer['body'], commands: readonly string[]): Promise<void> {
  const password = (await api.send('POST', `/api/v1/services/${cache.id}/variables/REDIS_PASSWORD/reveal`)).body.value
  const { hostname, port } = new URL(cache.privateUrl)
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setEncoding('utf8').once('error', reject).once('connect', () => socket.write(`AUTH ${password}\r\n${commands.map((line) => `${line}\r\n`).join('')}QUIT\r\n`))
    socket.on('data', (chunk: string) => (text += chunk)).once('close', () => (/^-/m.test(text) ? reject(new Error(text)) : resolve()))
  })
}

test('tables are paged and filtered, statements only read until writing is allowed, keys of Redis are found', async ({ page }) => {
  const api = await signInOverRest()
  const { body: project } = await api.send('POST', '/api/v1/projects', { name: 'Looked into' })
  const environmentId = project.environments[0].id
  const [{ body: database }, { body: cache }] = [
    await api.send('POST', `/api/v1/environments/${environmentId}/databases`, { engine: 'postgres' }),
    await api.send('POST', `/api/v1/environments/${environmentId}/databases`, { engine: 'redis' }),
  ]
  await api.send('POST', `/api/v1/environments/${environmentId}/changes/apply`, {})
  await until('both to run', async () => (await api.get(`/api/v1/environments/${environmentId}/graph`)).body.nodes.filter(({ state }: { state?: string }) => state === 'running').length === 2, 120_000)
  await signIn(page)
  await page.goto(`/${project.id}/${environmentId}/${database.id}/data`)
  const panel = page.getByRole('complementary', { name: 'Service postgres' })
  await panel.getByRole('button', { name: 'Write a statement' }).click()
  const run = async (statement: string) => {
    await panel.getByLabel('Statement').fill(statement)
    await page.keyboard.press('Control+Enter')
  }
  await run('create table notes (id int primary key, text text)')
  await expect(panel.getByRole('alert')).toContainText('Only statements that read are run here')
  await panel.getByRole('switch', { name: 'Allow writing' }).click()
  await run('create table notes (id int primary key, text text)')
  await expect(panel.getByRole('status')).toContainText('Done')
  await run(FILL)
  await expect(panel.getByRole('status')).toContainText('120 rows changed')

  await panel.getByRole('switch', { name: 'Allow writing' }).click()
  await run('with gone as (delete from notes returning id) select count(*) from gone')
  await expect(panel.getByRole('alert'), 'the server itself refuses what only looks like reading').toContainText('This would write')

  await panel.getByRole('button', { name: 'notes 120' }).click()
  const rows = panel.getByRole('table', { name: 'Rows of notes' }).locator('tbody tr')
  await expect(rows).toHaveCount(50)
  await panel.getByRole('button', { name: 'Rows after' }).click()
  await expect(panel.getByText('51–100')).toBeVisible()
  await panel.getByRole('button', { name: 'Rows after' }).click()
  await expect(panel.getByText('101–120')).toBeVisible()
  await expect(rows).toHaveCount(20)
  await panel.getByRole('button', { name: 'Filter' }).click()
  await panel.getByLabel('Value').fill('77')
  await panel.getByRole('button', { name: 'Apply' }).click()
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText('note 77')

  await page.goto(`/${project.id}/${environmentId}/${cache.id}/data`)
  const keys = page.getByRole('complementary', { name: 'Service redis' })
  await expect(keys.getByText('No keys yet. They appear when a service writes some.')).toBeVisible()
  await tellRedis(api, cache, ['SET greeting hello', 'HSET user:7 name Olivia', 'RPUSH user:8 a b'])
  await keys.getByLabel('Pattern').fill('user:*')
  await keys.getByRole('button', { name: 'Find', exact: true }).click()
  await expect(keys.getByRole('navigation', { name: 'Keys' }).getByRole('button')).toHaveText(['user:7hash', 'user:8list'], { useInnerText: false })
  await keys.getByRole('button', { name: 'user:7' }).click()
  await expect(keys.getByRole('table')).toContainText('Olivia')
})
