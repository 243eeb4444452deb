#!/usr/bin/env node
// Takes a picture of every screen of a demo that runs, in both themes and three widths:
//   node e2e/visual/pictures.mjs http://localhost:3000 folder [name,name] [--widths 1440,390] [--themes dark] [--vision deuteranopia] [--zoom 2]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { chromium } from '@playwright/test'

import { findPlace, SCREENS, signIn, WIDTHS } from './screens.mjs'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { widths: { type: 'string', default: '1440,1024,390' }, themes: { type: 'string', default: 'dark,light' }, vision: { type: 'string' }, zoom: { type: 'string', default: '1' } } })
const [base = 'http://localhost:3000', folder = 'test-results/pictures', only] = positionals
const wanted = only ? SCREENS.filter(({ name }) => only.split(',').includes(name)) : SCREENS
const zoom = Number(values.zoom)
const say = (line) => process.stdout.write(`${line}\n`)

mkdirSync(folder, { recursive: true })
const place = await findPlace(base)
const browser = await chromium.launch({ executablePath: process.env.EASEL_BROWSER ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
const seed = await browser.newContext()
await signIn(await seed.newPage(), base)
const state = await seed.storageState()
for (const theme of values.themes.split(',')) {
  for (const width of values.widths.split(',').map(Number)) {
    const context = (isSignedOut) => browser.newContext({ viewport: { width: Math.round(width / zoom), height: Math.round((WIDTHS[width] ?? 800) / zoom) }, deviceScaleFactor: zoom, colorScheme: theme, reducedMotion: 'reduce', hasTouch: width < 500, ...(isSignedOut ? {} : { storageState: state }) })
    const known = await context(false)
    const stranger = await context(true)
    for (const screen of wanted) {
      const page = await (screen.signedOut ? stranger : known).newPage()
      const heard = []
      page.on('console', (message) => message.type() === 'error' && heard.push(message.text()))
      page.on('pageerror', (error) => heard.push(String(error)))
      try {
        await page.goto(`${base}${screen.at(place)}`, { waitUntil: 'domcontentloaded' })
        await page.waitForLoadState('load')
        if (values.vision) await (await page.context().newCDPSession(page)).send('Emulation.setEmulatedVisionDeficiency', { type: values.vision })
        await page.addStyleTag({ content: 'nextjs-portal { display: none }' })
        await page.waitForTimeout(900)
        await screen.open?.(page)
        if (screen.open) await page.waitForTimeout(500)
        await page.screenshot({ path: join(folder, `${screen.name}-${width}-${theme}.png`) })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        if (wide > 0) say(`${screen.name} ${width} ${theme}: ${wide} px too wide`)
      } catch (error) {
        say(`${screen.name} ${width} ${theme}: ${error.message.split('\n')[0]}`)
      }
      for (const line of heard) say(`${screen.name} ${width} ${theme}: ${line.slice(0, 300)}`)
      await page.close()
    }
    await Promise.all([known.close(), stranger.close()])
  }
}
await browser.close()
