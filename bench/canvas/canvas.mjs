// What the canvas costs a browser, against a plain React Flow page with as many nodes in the same run.
import { chromium } from '@playwright/test'
import postgres from 'postgres'

import { databaseUrl, median, quantile } from '../product.mjs'
import { frameCosts } from './frames.mjs'
import { withPlainPage } from './plain-server.mjs'
import { countRenderings } from './rendered.mjs'
import { drawScene, plainScene } from './scene.mjs'

const SIZES = (process.env.EASEL_BENCH_NODES ?? '100,500,1000,3000').split(',').map(Number)
const INTERACTIVE_SIZE = 500
/** A change each second for an hour. */
const UPDATES = Number(process.env.EASEL_BENCH_UPDATES ?? 3600)
const VIEW = { viewport: { width: 1440, height: 900 } }

/** All measurements of the canvas, as rows. */
export async function measureCanvas({ api, base, folder, owner }) {
  const sql = postgres(databaseUrl(folder), { max: 1, onnotice: () => {} })
  const browser = await chromium.launch({ executablePath: process.env.EASEL_BROWSER ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  try {
    const context = await browser.newContext(VIEW)
    await signIn(context, base, owner)
    const scenes = new Map()
    for (const size of new Set([...SIZES, INTERACTIVE_SIZE])) scenes.set(size, await drawScene({ api, sql }, size))
    const ours = (size) => `${base}${scenes.get(size).path}`
    const loaded = await firstLoad(browser, context, ours(Math.min(...SIZES)))
    const frames = await withPlainPage(async (plain) => {
      const rows = []
      for (const size of SIZES) {
        console.error(`Frames with ${size} nodes …`)
        const plainCosts = await onPage(context, plain(plainScene(size)), frameCosts)
        const costs = await onPage(context, ours(size), frameCosts)
        console.error(Object.keys(costs).map((gesture) => `${gesture}: ours ${costs[gesture].all.toFixed(1)} ms, plain ${plainCosts[gesture].all.toFixed(1)} ms`).join('; '))
        rows.push({ size, ours: costs, plain: plainCosts })
      }
      return rows
    })
    const latency = await onPage(context, ours(INTERACTIVE_SIZE), interactions)
    const updates = await underUpdates(context, ours(INTERACTIVE_SIZE), { api, scene: scenes.get(INTERACTIVE_SIZE) })
    return { loaded, frames, latency, updates }
  } finally {
    await browser.close()
    await sql.end({ timeout: 5 })
  }
}

async function signIn(context, base, owner) {
  const page = await context.newPage()
  await page.goto(`${base}/sign-in`)
  await page.getByLabel('Email').fill(owner.email)
  await page.getByLabel('Password', { exact: true }).fill(owner.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/projects')
  await page.close()
}

async function onPage(context, url, work) {
  const page = await context.newPage()
  try {
    await open(page, url)
    return await work(page)
  } finally {
    await page.close()
  }
}

/** Opens a canvas and waits until it is drawn and, if it is ours, follows its environment. */
async function open(page, url) {
  await page.goto(url, { timeout: 120_000 })
  await page.locator('.react-flow__node').first().waitFor({ timeout: 60_000 })
  if (!url.includes('127.0.0.1')) await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 })
}

/** Bytes of scripts as they are transferred to a browser that has nothing yet: until the canvas follows its environment, and after that. */
async function firstLoad(browser, context, url) {
  const fresh = await browser.newContext({ ...VIEW, storageState: await context.storageState() })
  try {
    await fresh.addInitScript(noteLive)
    return await onPage(fresh, url, async (page) => {
      const interactiveAt = await page.evaluate(() => window.liveAt)
      await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {})
      const scripts = await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.endsWith('.js')).map(({ startTime, encodedBodySize }) => ({ startTime, encodedBodySize })))
      // What is fetched ahead for other pages is asked for at the lowest priority, once links are in sight.
      const prefetched = new Set(await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name, initiatorType }) => initiatorType === 'fetch' && name.includes('_rsc=')).map(({ responseEnd }) => responseEnd)))
      const sinceLinks = prefetched.size === 0 ? Infinity : Math.min(...prefetched)
      const bytes = (which) => scripts.filter(which).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
      const isAhead = ({ startTime }) => startTime > Math.min(interactiveAt, sinceLinks)
      return { first: bytes((script) => !isAhead(script)), ahead: bytes(isAhead) }
    })
  } finally {
    await fresh.close()
  }
}

/** Notes in the page when it says that it is live: whoever looks from outside learns of it later, and what comes because it is live has begun by then. */
function noteLive() {
  new MutationObserver((_, observer) => {
    if (![...document.querySelectorAll('header [role=status]')].some(({ textContent }) => textContent === 'Live')) return
    window.liveAt = performance.now()
    observer.disconnect()
  }).observe(document, { subtree: true, childList: true, characterData: true })
}

/** Milliseconds from each interaction to the next paint, by the browser's own measure (Event Timing; nothing below 16 ms is told, and it counts as 16). */
async function interactions(page) {
  await page.evaluate(() => {
    window.durations = new Map()
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries()) if (interactionId > 0) window.durations.set(interactionId, Math.max(window.durations.get(interactionId) ?? 0, duration))
    }).observe({ type: 'event', durationThreshold: 16, buffered: true })
  })
  let count = 0
  const act = async (work) => {
    await work()
    count++
    await page.evaluate(drawn)
  }
  const nodes = await page.locator('.react-flow__node').count()
  for (let round = 0; round < 4; round++) {
    await act(() => page.locator('.react-flow__node').nth(nodes >> 1).focus())
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) await act(() => page.keyboard.press(key))
    await act(() => page.getByRole('button', { name: 'Add', exact: true }).click())
    await act(() => page.keyboard.press('Escape'))
    await act(() => page.getByRole('button', { name: 'Zoom in' }).click())
    await act(() => page.getByRole('button', { name: 'Zoom out' }).click())
    await act(() => page.locator('.react-flow__node').nth((nodes >> 1) + 2).click({ force: true, position: { x: 2, y: 2 } }))
    await page.locator('[data-panel]').waitFor()
    await act(() => page.keyboard.press('Escape'))
    await page.locator('[data-panel]').waitFor({ state: 'hidden' })
  }
  const told = await page.evaluate(() => [...window.durations.values()])
  const all = [...told, ...Array.from({ length: Math.max(0, count - told.length) }, () => 16)]
  return { count, medianMs: median(all), p98Ms: quantile(all, 0.98) }
}

/** Resolves when what was done is drawn and nothing moves any more: ten frames in a row in which hardly anything was done. Nobody hits what still moves. */
function drawn() {
  return new Promise((resolve) => {
    let calm = 0
    let last = performance.now()
    const look = (now) => {
      calm = now - last < 34 ? calm + 1 : 0
      last = now
      if (calm === 10) resolve()
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

/** What an hour of changes leaves behind, and how many nodes one change renders. */
async function underUpdates(context, url, { api, scene }) {
  const page = await context.newPage()
  try {
    await page.addInitScript(countRenderings)
    await open(page, url)
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable')
    const rename = async (name) => {
      await api('PATCH', `/services/${scene.serviceId}`, { name })
      return name
    }
    const seen = (name) => page.locator(`.react-flow__node[data-id="${scene.serviceId}"]`).getByText(name, { exact: true }).waitFor({ state: 'attached', timeout: 30_000 })
    await seen(await rename('warm'))
    const before = await heap(devtools)
    await page.evaluate(() => window.renderedNodes())
    await seen(await rename('once'))
    const rendered = new Set(await page.evaluate(() => window.renderedNodes())).size
    for (let at = 1; at <= UPDATES; at++) await rename(`update-${at}`)
    await seen(`update-${UPDATES}`)
    return { updates: UPDATES, rendered, heapMib: { before, after: await heap(devtools) } }
  } finally {
    await page.close()
  }
}

async function heap(devtools) {
  for (let i = 0; i < 3; i++) await devtools.send('HeapProfiler.collectGarbage')
  const { metrics } = await devtools.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSHeapUsedSize').value / 1024 / 1024
}
