import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, type Page } from '@playwright/test'

import { boxesOf, compareBoxes, type Boxes } from './boxes'
import { findPlace, SCREENS, signIn } from './screens.mjs'

// Where things stand on the key screens, against what was checked in. EASEL_VISUAL_UPDATE=1 writes it anew; look at the
// pictures of e2e/visual/pictures.mjs before that is committed.

const FILE = join(import.meta.dirname, 'layout.json')
const KEY = ['projects', 'canvas', 'list', 'review', 'service-failed', 'variables-few', 'database', 'snapshots', 'activity', 'members']
const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }]
/** Narrow, and what is left of a screen of 1280 at 200 %. */
const NARROW = [{ width: 360, height: 780 }, { width: 640, height: 400 }]
const TOLERANCE = 4

type Place = Awaited<ReturnType<typeof findPlace>>
const isUpdating = process.env.EASEL_VISUAL_UPDATE === '1'
const known: Record<string, Boxes> = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Boxes>) : {}
const screen = (name: string) => SCREENS.find((each) => each.name === name)!

async function open(page: Page, base: string, place: Place, name: string): Promise<void> {
  await page.goto(`${base}${screen(name).at(place)}`)
  await page.evaluate(() => document.fonts.ready)
  // A canvas is drawn by the server as it lies, and fitted to the screen once it lives.
  const connection = page.locator('header').getByRole('status').first()
  if (new URL(page.url()).pathname.includes('/env_')) await expect(connection).toHaveText('Live', { timeout: 30_000 })
  await screen(name).open?.(page)
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0, { timeout: 30_000 })
  // The panel pans the canvas so that its node stays in sight; what moves is waited for until it stands.
  let before = ''
  await expect.poll(async () => {
    const now = JSON.stringify(await boxesOf(page))
    const isStill = now === before
    before = now
    return isStill
  }).toBe(true)
}

test('every part of the key screens stands where it stood', async ({ page, baseURL }) => {
  await signIn(page, baseURL!)
  const place = await findPlace(baseURL!)
  const seen: Record<string, Boxes> = {}
  for (const size of SIZES) {
    await page.setViewportSize(size)
    for (const name of KEY) {
      await open(page, baseURL!, place, name)
      const key = `${name} ${size.width}`
      seen[key] = await boxesOf(page)
      if (!isUpdating) expect.soft(compareBoxes(known[key] ?? {}, seen[key], TOLERANCE), key).toEqual([])
    }
  }
  if (isUpdating) writeFileSync(FILE, `${JSON.stringify(seen, null, 1).replaceAll(/\[\s+(-?\d+),\s+(-?\d+),\s+(-?\d+),\s+(-?\d+)\s+\]/g, '[$1, $2, $3, $4]')}\n`)
})

test('nothing is wider than a narrow screen, and every button is large enough for a finger', async ({ page, baseURL }) => {
  await signIn(page, baseURL!)
  const place = await findPlace(baseURL!)
  for (const size of NARROW) {
    await page.setViewportSize(size)
    for (const name of KEY) {
      await open(page, baseURL!, place, name)
      const found = await page.evaluate(() => {
        const small = Array.from(document.querySelectorAll<HTMLElement>('button, [role=tab], [role=switch]')).flatMap((element) => {
          const { width, height } = element.getBoundingClientRect()
          const isSeen = width > 0 && element.checkVisibility() && !element.closest('.react-flow__viewport')
          return isSeen && (width < 20 || height < 20) ? [`${element.getAttribute('aria-label') ?? element.textContent} is ${Math.round(width)} × ${Math.round(height)}`] : []
        })
        return { surplus: document.documentElement.scrollWidth - innerWidth, small }
      })
      expect.soft(found, `${name} at ${size.width}`).toEqual({ surplus: 0, small: [] })
    }
  }
})
