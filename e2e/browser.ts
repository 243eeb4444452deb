import { existsSync } from 'node:fs'

import { chromium } from '@playwright/test'

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** The browser that runs the journeys: EASEL_BROWSER, Playwright's own, or the system's. Without one the run fails. */
export function findBrowser(): string {
  const candidates = [process.env.EASEL_BROWSER, chromium.executablePath(), ...SYSTEM].filter((path) => path !== undefined && path !== '')
  const found = candidates.find((path) => existsSync(path!))
  if (found) return found
  throw new Error(
    'The end-to-end tests need a Chromium and none was found. Install one (`npx playwright install chromium`, or `apt-get install chromium` on Debian), or set EASEL_BROWSER to its path.',
  )
}
