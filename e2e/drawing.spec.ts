import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Page } from '@playwright/test'

import { expect, notesFiles, repository, serverFiles, signIn, signInOverRest, test, until, visit } from './support'

const COMPOSE = `services:
  web:
    build: .
    ports: ["8080:80"]
    environment:
      DATABASE_URL: postgres://shop:\${DB_PASSWORD:?the password of the shop}@db:5432/shop
  db:
    image: postgres:18
    environment:
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: \${DB_PASSWORD}
      POSTGRES_DB: shop
    volumes: ["data:/var/lib/postgresql"]
volumes:
  data: {}
`

async function openCanvas(page: Page, name: string): Promise<void> {
  const api = await signInOverRest()
  const { body: project } = await api.send('POST', '/api/v1/projects', { name })
  await signIn(page)
  await page.goto(`/${project.id}/${project.environments[0].id}`)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
}

async function add(page: Page, what: string): Promise<void> {
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('menuitem', { name: what }).click()
}

test('a compose file is looked at, drawn in one step, taken back and done again; what it drew is renamed in place and its link walked to', async ({ page }, { retry }) => {
  const source = repository(`compose-${retry}`)
  source.commit(notesFiles(), 'First')
  await openCanvas(page, 'From compose')
  const web = page.getByRole('group', { name: /^web, / })
  const db = page.getByRole('group', { name: /^db, / })

  await test.step('what it asks for is said with its place, and nothing is drawn before it has that', async () => {
    await add(page, 'Compose file')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Text of the file').fill(COMPOSE)
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await expect(dialog.getByText(/Line 6, column \d+/)).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Draw', exact: true })).toBeDisabled()
    await dialog.getByLabel('DB_PASSWORD').fill('correct-horse')
    await dialog.getByLabel('Repository address').fill(source.url)
    await dialog.getByRole('button', { name: 'Draw', exact: true }).click()
    await expect(dialog).toBeHidden()
  })
  await test.step('all of it is there, goes in one step and comes back', async () => {
    await expect(web).toBeVisible()
    await expect(db).toBeVisible()
    await expect(page.getByRole('group', { name: 'web uses db: DATABASE_URL' })).toBeAttached()
    await page.keyboard.press('Control+z')
    await expect(web).toBeHidden()
    await expect(db).toBeHidden()
    await page.keyboard.press('Control+Shift+z')
    await expect(web).toBeVisible()
    await expect(db).toBeVisible()
    await expect(page.getByRole('group', { name: 'web uses db: DATABASE_URL' })).toBeAttached()
  })
  await test.step('a new name is typed on the node, and what refers to it follows', async () => {
    await db.focus()
    await page.keyboard.press('F2')
    const field = page.getByRole('textbox', { name: 'Name of db' })
    await field.fill('orders')
    await field.press('Enter')
    await expect(page.getByRole('group', { name: /^orders, / })).toBeFocused()
    await expect(page.getByRole('group', { name: 'web uses orders: DATABASE_URL' })).toBeAttached()
  })
  await test.step('what was drawn is deployed, and the service finds its database', async () => {
    await page.keyboard.press('Control+Enter')
    await expect(page.getByRole('group', { name: 'web, running' })).toBeVisible({ timeout: 120_000 })
    const url = (await web.getByRole('link').getAttribute('href'))!
    await until('the service to have asked its database', async () => (await visit(url)).text === 'notes: 0')
  })
  await test.step('the tab key leads from a node along its link', async () => {
    await web.focus()
    await page.keyboard.press('Tab')
    await expect(page.getByRole('group', { name: 'web uses orders: DATABASE_URL' })).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await expect(page.getByRole('group', { name: /^orders, / }).or(web).and(page.locator(':focus'))).toBeFocused()
  })
})

test('a folder is uploaded, deployed and answers', async ({ page }, { retry }) => {
  await openCanvas(page, 'From a folder')
  const folder = join(process.env.EASEL_E2E_DIR!, `parcels-${retry}`)
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  writeFileSync(join(folder, 'node_modules', 'left-out.js'), 'not sent')
  for (const [path, text] of Object.entries(serverFiles('from a folder'))) writeFileSync(join(folder, path), text)

  await add(page, 'Upload a folder')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Folder', { exact: true }).setInputFiles(folder)
  await expect(dialog.getByText(/^2 files, /)).toBeVisible()
  await dialog.getByLabel('Name', { exact: true }).fill('parcels')
  await dialog.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect(dialog).toBeHidden()

  const node = page.getByRole('group', { name: /^parcels, / })
  await expect(node).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('group', { name: 'parcels, running' })).toBeVisible({ timeout: 90_000 })
  const url = (await node.getByRole('link').getAttribute('href'))!
  await until('the address to answer', async () => (await visit(url)).text === 'from a folder')
})
