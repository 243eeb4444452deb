import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { defineConfig } from '@playwright/test'

import { findBrowser } from '../browser'

// The demo, looked at: `npm run visual`. It is not a part of `npm test`; docs/decisions/visual-checks.md says why.
process.env.EASEL_VISUAL_DIR ??= mkdtempSync(join(tmpdir(), 'easel-visual-'))
const PORT = Number(process.env.EASEL_VISUAL_PORT ?? 4331)

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/visual',
  workers: 1,
  timeout: 90_000,
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${PORT}`,
    actionTimeout: 30_000,
    timezoneId: 'UTC',
    locale: 'en-GB',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: findBrowser(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] },
  },
  webServer: {
    command: 'node ../../bin/start.mjs --demo',
    url: `http://localhost:${PORT}/health/live`,
    timeout: 240_000,
    reuseExistingServer: process.env.EASEL_VISUAL_PORT !== undefined,
    gracefulShutdown: { signal: 'SIGINT', timeout: 60_000 },
    env: { EASEL_DATA_DIR: join(process.env.EASEL_VISUAL_DIR, 'data'), PORT: String(PORT), EASEL_INGRESS_PORT: String(PORT + 1) },
  },
})
