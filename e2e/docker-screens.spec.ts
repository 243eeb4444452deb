import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Page } from '@playwright/test'

import { apiOf, BASE, dockerTarget, expect, invite, onEngine, openDatabase, OWNER, signIn, signInOverRest, test, until, type Answer, type Api } from './support'

// What a person sees and does of a service in a container: its limits and use, a terminal inside, walls, targets and disks.

test.describe.configure({ mode: 'serial' })

const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim()

let api: Api
let organizationId: string
let targetId: string
let project: Answer['body']
let serviceId: string
let canvas: string

test.beforeAll(async () => {
  api = await signInOverRest()
  const target = await dockerTarget(api)
  test.skip(target === null, 'no Docker engine answers')
  targetId = target!
  organizationId = (await api.get('/api/v1/auth/me')).body.memberships[0].organization.id
  project = (await api.send('POST', '/api/v1/projects', { name: 'Looked at', targetId })).body
  canvas = `/${project.id}/${project.environments[0].id}`
  serviceId = (await api.send('POST', `/api/v1/environments/${project.environments[0].id}/services`, { name: 'looked', source: { type: 'template', template: 'node-service' } })).body.id
})

// The engine outlives this instance of the product.
test.afterAll(async () => {
  if (!project) return
  await api.send('DELETE', `/api/v1/projects/${project.id}`)
  await until('everything of the project to be gone', async () => onEngine(project.environments[0].id, [serviceId]).length === 0)
})

const containers = () => docker('ps', '-q', '--no-trunc', '--filter', `label=easel.service=${serviceId}`).split('\n').filter((id) => id !== '')

test('limits are set in the settings, kept by the engine, and shown against what is used', async ({ page }) => {
  await signIn(page)
  await page.goto(`${canvas}/${serviceId}/settings`)
  const limits = page.getByRole('region', { name: 'Limits' }).or(page.locator('#limits')).first()
  await limits.getByLabel('Memory').fill('128')
  await limits.getByLabel('Processes').fill('60')
  await page.getByRole('button', { name: /^Save/ }).click()
  await expect(page.getByRole('button', { name: /^Save/ })).toBeHidden()
  await page.goto(`${canvas}/${serviceId}/deployments`)
  await page.getByRole('button', { name: 'Deploy', exact: true }).last().click()
  await expect(page.getByRole('group', { name: 'looked, running' })).toBeVisible({ timeout: 90_000 })

  const [container] = containers()
  expect(docker('inspect', '-f', '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}', container!)).toBe(`${128 * 1024 * 1024} 60`)
  const use = page.getByRole('region', { name: 'Use' })
  await expect(use).toContainText('of 128 MiB', { timeout: 60_000 })
  await expect(use).toContainText('of 60')
  await expect(use).toContainText('no limit')
  await expect(use.getByText(/^[\d.]+ MiB/).first()).toBeVisible()
  await expect(page.getByRole('group', { name: 'looked, running' }), 'on its node too').toContainText(/Uses .*MiB/, { timeout: 30_000 })
})

test('a terminal takes keys, follows the size of its window, and leaves nothing when it is closed', async ({ page }) => {
  await signIn(page)
  await page.goto(`${canvas}/${serviceId}/terminal`)
  await page.getByRole('button', { name: 'Open terminal' }).click()
  await expect(page.getByText('Connected', { exact: true })).toBeVisible()
  const screen = page.getByRole('group', { name: 'Terminal' })
  const says = (text: string | RegExp) => expect(screen.locator('.xterm-rows')).toContainText(text)
  await page.keyboard.type('echo made-$((40+2))\n')
  await says('made-42')

  await page.keyboard.type('wide=$(stty size | cut -d" " -f2); echo now-$((1+1))\n')
  await says('now-2')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.keyboard.type('until [ "$(stty size | cut -d" " -f2)" -lt "$wide" ]; do sleep 0.1; done; echo narrow-$((1+1))\n')
  await says('narrow-2')

  await page.keyboard.type('clear; sleep 73411 & sleep 73411\n')
  const [container] = containers()
  const sleeping = () => docker('top', container!, '-eo', 'pid,args').split('\n').filter((line) => line.includes('sleep 73411')).length
  await until('both programs to run', async () => sleeping() === 2)
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Open terminal' })).toBeVisible()
  await until('nothing of it to run', async () => sleeping() === 0)
})

test('the command line opens one as well, with the size of its window and the code of its program', async () => {
  test.skip(process.platform !== 'linux', 'makes a terminal by `script` of util-linux')
  const { body } = await apiOf(null).send('POST', '/api/v1/auth/login', { email: OWNER.email, password: OWNER.password })
  const command = `stty cols 91 rows 17; node bin/easel.mjs --url ${BASE} terminal ${serviceId} -- sh -c 'until stty size | grep 17.91; do sleep 0.1; done; tty; exit 7'`
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', env: { ...process.env, EASEL_TOKEN: body.accessToken }, timeout: 60_000 })
  expect(stdout).toContain('17 91')
  expect(stdout).toMatch(/\/dev\/pts\/\d/)
  expect(status, stdout).toBe(7)
})

test('a viewer is shown no terminal', async ({ page }, { retry }) => {
  const email = `looked-viewer-${retry}@example.com`
  await invite(api, { email, role: 'viewer', name: 'Vera Viewer' })
  await signIn(page, email)
  await page.goto(`${canvas}/${serviceId}/terminal`)
  await expect(page.getByText('You cannot open terminals here')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Open terminal' })).toHaveCount(0)
})

test('an environment is walled off in the settings of its project', async ({ page }) => {
  await signIn(page)
  await page.goto(`/projects/${project.id}/settings`)
  await page.getByRole('button', { name: 'Change production' }).click()
  await page.getByRole('checkbox', { name: 'Only linked services reach each other' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('only linked services reach each other')).toBeVisible()
  const networks = () => docker('inspect', '-f', '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}', containers()[0]!)
  await until('the container to be on the network where nobody reaches another', async () => /^easel-\S+-apart$/.test(networks()))
})

test('a target that does not answer says why; it is checked again, made the default and deleted', async ({ page }, { retry }) => {
  const name = `away-${retry}`
  await signIn(page)
  await page.goto('/settings/targets')
  await page.getByRole('button', { name: 'Add target' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add target' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Host', { exact: true }).fill('127.0.0.1')
  await dialog.getByLabel('Port').fill('1')
  await dialog.getByLabel('User').fill('nobody')
  await dialog.getByRole('button', { name: 'Add target' }).click()
  await expect(dialog).toBeHidden()
  const row = page.getByRole('listitem').filter({ hasText: name })
  await expect(row.getByText('Not usable')).toBeVisible({ timeout: 60_000 })
  await expect(row).toContainText('cannot be reached over SSH')
  await expect(row, 'what has to be added there').toContainText('ssh-ed25519')

  await row.getByRole('button', { name: `Check ${name}` }).click()
  await expect(row.getByText('Not usable')).toBeVisible({ timeout: 60_000 })
  const choose = async (target: string, item: string) => {
    await page.getByRole('button', { name: `More for ${target}` }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await choose(name, 'Make default')
  await expect(row.getByText('Default', { exact: true })).toBeVisible()
  const before = (await api.get(`/api/v1/organizations/${organizationId}/targets`)).body.items.find((target: { kind: string }) => target.kind === 'process').name
  await choose(before, 'Make default')
  await expect(row.getByText('Default', { exact: true })).toBeHidden()
  await choose(name, 'Delete')
  await page.getByRole('dialog', { name: `Delete ${name}?` }).getByRole('button', { name: 'Delete target' }).click()
  await expect(row).toHaveCount(0)
})

/** An image that a service of ours left long ago, as an engine would have it. Answers its name. */
function oldImage(instance: string): string {
  const folder = join(process.env.EASEL_E2E_DIR!, 'old-image')
  mkdirSync(folder, { recursive: true })
  const layer = Buffer.alloc(1024)
  const name = `easel/${serviceId}:long-ago`
  writeFileSync(join(folder, 'layer.tar'), layer)
  const config = { architecture: 'amd64', os: 'linux', created: '2020-01-01T00:00:00Z', config: { Labels: { 'easel.instance': instance, 'easel.service': serviceId } }, rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] } }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]))
  execFileSync('tar', ['-cf', 'image.tar', 'layer.tar', 'config.json', 'manifest.json'], { cwd: folder })
  docker('load', '-q', '-i', join(folder, 'image.tar'))
  return name
}

/** The disks are looked at now and then: as if the last time were long ago. */
async function lookSoon(): Promise<void> {
  const sql = openDatabase()
  await sql`update target_storage set at = now() - interval '1 hour' where target_id = ${targetId}`
  await sql.end({ timeout: 5 })
}

test('what a cleaning would remove is shown before, and nothing else goes', async ({ page }) => {
  const [container] = containers()
  const [instance, inUse] = docker('inspect', '-f', '{{index .Config.Labels "easel.instance"}} {{.Image}}', container!).split(' ')
  const name = oldImage(instance!)
  await lookSoon()
  await signIn(page)
  await page.goto('/operations')
  const disks = await disksOf(page)
  const surplus = disks.getByText(/^1 image would go/)
  await expect(surplus).toBeVisible({ timeout: 60_000 })
  await surplus.click()
  await expect(disks).toContainText('looked')
  await expect(disks).toContainText('No deployment that runs, is on its way or is kept to go back to uses it.')
  expect(docker('images', '-q', name), 'nothing has gone yet').not.toBe('')

  await disks.getByRole('button', { name: 'Clean' }).click()
  await expect(disks).toContainText(/Cleaned .*: 1 image/, { timeout: 60_000 })
  expect(docker('images', '-q', name)).toBe('')
  expect(docker('inspect', '-f', '{{.Id}}', inUse!)).toBe(inUse)
})

test('a developer sees on the canvas that the disk of the engine is nearly full', async ({ page }, { retry }) => {
  const email = `looked-developer-${retry}@example.com`
  await invite(api, { email, role: 'developer', name: 'Dan Developer' })
  const sql = openDatabase()
  // Just looked at, so that it is not looked at again while somebody sees it.
  await sql`update target_storage set at = now(), seen = jsonb_set(seen, '{disk}', '{"path": "/var/lib/docker", "totalBytes": 107374182400, "freeBytes": 1073741824}') where target_id = ${targetId}`
  await sql.end({ timeout: 5 })
  await signIn(page, email)
  await page.goto(canvas)
  await expect(page.getByText('disk nearly full')).toBeVisible()
  await expect(page.getByText(/99 % full: 1 GiB of 100 GiB are free/)).toBeAttached()
})

async function disksOf(page: Page) {
  const card = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Disks' }) })
  await expect(card).toBeVisible({ timeout: 60_000 })
  return card
}
