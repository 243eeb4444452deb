// From the moment a program prints a line to its standing in the page of somebody who follows the log: the whole product, a real browser, and a program on the
// process runtime. Then the same while another service prints as fast as it can.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { chromium } from '@playwright/test'

import { deploy } from '../product.mjs'

const LINES = Number(process.env.EASEL_BENCH_TAIL_LINES ?? 600)
const PER_SECOND = 50
const SETTLE_MS = 5_000
const PATIENCE_MS = 60_000

// What is printed says when: both clocks are of this machine. One line for each turn of the timer that is due, so that none waits for another.
const PRINTER = `require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT)
const began = Date.now()
let n = 0
setInterval(() => { while (n < (Date.now() - began) / ${1_000 / PER_SECOND}) process.stdout.write('tail ' + n++ + ' ' + Date.now() + '\\n') }, 5)`
const FLOOD = `require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT)
let n = 0
const print = () => { for (let i = 0; i < 200; i++) n++, process.stdout.write('flood ' + n + ' of lines that nobody reads\\n'); setTimeout(print, 5) }
print()`

/** Milliseconds of each line, without and with a flood. */
export async function tails({ api, base, environmentId, folder, owner }) {
  await service({ api, environmentId, folder }, 'printer', PRINTER)
  const browser = await chromium.launch({ executablePath: process.env.EASEL_BROWSER ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await page.goto(`${base}/sign-in`)
    await page.getByLabel('Email').fill(owner.email)
    await page.getByLabel('Password', { exact: true }).fill(owner.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/projects')
    await page.addInitScript(note)
    const project = (await api('GET', '/projects')).body.items[0].id
    await page.goto(`${base}/${project}/${environmentId}/logs?filter=${encodeURIComponent("service:printer")}`)
    const alone = await follow(page)
    await service({ api, environmentId, folder }, 'flood', FLOOD)
    const flooded = await follow(page)
    const stored = await storedAfter({ api, environmentId })
    return { alone, flooded, stored }
  } finally {
    await browser.close()
  }
}

/** In the page: when each line was there for the first time. */
function note() {
  const seen = (window.seenLines = new Map())
  const look = () => {
    const at = Date.now()
    for (const row of document.querySelectorAll('[data-line]')) {
      const found = /tail (\d+) (\d{13})/.exec(row.parentElement.textContent)
      if (found && !seen.has(Number(found[1]))) seen.set(Number(found[1]), at - Number(found[2]))
    }
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
}

async function follow(page) {
  await seen(page, 0, PATIENCE_MS)
  await page.waitForTimeout(SETTLE_MS)
  const first = 1 + (await newest(page))
  await seen(page, first + LINES, PATIENCE_MS + (LINES / PER_SECOND) * 1_000)
  const times = await page.evaluate(({ from, until }) => Array.from({ length: until - from }, (_, i) => window.seenLines.get(from + i) ?? null), { from: first, until: first + LINES })
  return { times: times.filter((ms) => ms !== null), unseen: times.filter((ms) => ms === null).length }
}

const newest = (page) => page.evaluate(() => Math.max(-1, ...window.seenLines.keys()))

/** Resolves when this line, or a later one, was in the page. The page runs no code made of text, so it is asked from here. */
async function seen(page, line, withinMs) {
  const until = performance.now() + withinMs
  while ((await newest(page)) < line) {
    if (performance.now() > until) throw new Error(`Line ${line} is not in the page after ${withinMs} ms.`)
    await page.waitForTimeout(200)
  }
}

/** How long a line takes until it is stored and answered, without a browser: what is asked for again at once. */
async function storedAfter({ api, environmentId }) {
  const times = []
  for (let i = 0; i < 20; i++) {
    const { body } = await api('GET', `/environments/${environmentId}/logs?filter=${encodeURIComponent('service:printer')}&limit=1`)
    const found = /tail \d+ (\d{13})/.exec(body.lines[0]?.text ?? '')
    if (found) times.push(Date.now() - Number(found[1]))
    await new Promise((resolve) => setTimeout(resolve, 137))
  }
  return times
}

async function service({ api, environmentId, folder }, name, program) {
  const path = join(folder, name)
  mkdirSync(path)
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version: '1.0.0', scripts: { start: 'node server.js' } }))
  writeFileSync(join(path, 'server.js'), program)
  const { body } = await api('POST', `/environments/${environmentId}/services`, { name, source: { type: 'local', path } })
  const deployment = await deploy(api, body.id)
  if (deployment.status !== 'active') throw new Error(`Deployment ${deployment.status}: ${deployment.failure?.message}`)
  return body.id
}
