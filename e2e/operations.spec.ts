import type postgres from 'postgres'

import { expectNoGraveFindings } from './findings'
import { expect, invite, openDatabase, signIn, signInOverRest, test, until, type Api } from './support'

// Jobs that the queue has given up are seen, deployed again and discarded by the owner; nobody below an admin sees them.

const ERROR = ['The disk went away.', '    at first (worker.mjs:1:1)', '    at second (worker.mjs:2:1)', '    at third (worker.mjs:3:1)', '    at last (worker.mjs:4:1)'].join('\n')

/** A job as the queue leaves it after its last attempt. */
async function addDead(sql: postgres.Sql, task: string, key: string, payload: object): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select graphile_worker.add_job(${task}, payload => ${JSON.stringify(payload)}::text::json, max_attempts => 10, job_key => ${key})`
    await tx`update graphile_worker._private_jobs set attempts = max_attempts, last_error = ${ERROR} where key = ${key}`
  })
}

async function serviceOf(api: Api): Promise<string> {
  const project = await api.send('POST', '/api/v1/projects', { name: 'Given up' })
  const service = await api.send('POST', `/api/v1/environments/${project.body.environments[0].id}/services`, { name: 'orders', source: { type: 'template', template: 'node-service' } })
  return service.body.id as string
}

/** A deployment that failed inside the platform, with the dead job that was to bring it to its release. */
async function failedInside(sql: postgres.Sql, api: Api, serviceId: string): Promise<void> {
  const { body } = await api.send('POST', `/api/v1/services/${serviceId}/deployments`, {})
  await api.send('POST', `/api/v1/deployments/${body.id}/cancel`)
  await until('its job to end', async () => (await sql`select 1 from graphile_worker._private_jobs where key = ${`deployment:${body.id}`}`).length === 0)
  await sql`update deployments set status = 'failed', failure_reason = 'internal', failure_message = 'It broke.' where id = ${body.id}`
  await addDead(sql, 'run-deployment', `deployment:${body.id}`, { deploymentId: body.id })
}

test('dead jobs appear by themselves, are deployed again and discarded', async ({ page }) => {
  const sql = openDatabase()
  try {
    await signIn(page)
    const api = await signInOverRest()
    const serviceId = await serviceOf(api)
    await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Operations' }).click()
    await expect(page.getByRole('heading', { name: 'Operations' })).toBeVisible()
    await expect(page.getByText('Alive')).toBeVisible()
    await expect(page.getByText('Nothing waits and nothing has failed.')).toBeVisible({ timeout: 60_000 })

    await failedInside(sql, api, serviceId)
    const job = page.getByRole('listitem').filter({ hasText: 'Build deployment 1 of orders' })
    await expect(job).toBeVisible()
    await expect(job).toContainText('Dead')
    await expect(job).toContainText('The disk went away.')
    await expect(job).not.toContainText('at last')
    await job.getByRole('button', { name: 'Show all 5 lines' }).click()
    await expect(job).toContainText('at last')
    await expectNoGraveFindings(page, 'a dead job')

    await job.getByRole('button', { name: 'Deploy again: Build deployment 1 of orders' }).click()
    await expect(page.getByText('Deployment 2 of orders is queued.')).toBeVisible()
    await expect(job).toHaveCount(0)
    await until('the new deployment to serve', async () => (await api.get(`/api/v1/services/${serviceId}/deployments`)).body.items[0].status === 'active', 120_000)

    await addDead(sql, 'inspect', `inspect:${serviceId}`, { serviceId })
    await page.getByRole('button', { name: 'Discard: Read the source of orders' }).click()
    const question = page.getByRole('dialog', { name: 'Discard this job?' })
    await expect(question).toContainText('The plan for building orders stays unread')
    await expectNoGraveFindings(page, 'the question before discarding')
    await question.getByRole('button', { name: 'Discard' }).click()
    await expect(page.getByText('Nothing waits and nothing has failed.')).toBeVisible({ timeout: 60_000 })
    expect(await sql`select 1 from graphile_worker._private_jobs where attempts >= max_attempts`).toHaveLength(0)
  } finally {
    await sql.end({ timeout: 5 })
  }
})

test('a developer is not shown the way there, nor what is there', async ({ page }, { retry }) => {
  const api = await signInOverRest()
  const email = `operations-developer-${retry}@example.com`
  await invite(api, { email, role: 'developer', name: 'Dora Developer' })
  await signIn(page, email)
  await expect(page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Activity' })).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Operations' })).toHaveCount(0)
  await page.goto('/operations')
  await expect(page.getByRole('heading', { name: 'This page is for those who run the organization' })).toBeVisible()
})
