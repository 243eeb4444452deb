import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { defineConfig } from '@playwright/test'

import { findBrowser } from './e2e/browser'

// The journeys run against the product as `npm start` gives it: fresh data folder, real database, worker, ingress, pages.
// The configuration is read again by every worker process, so the folder is handed on in the environment.
process.env.EASEL_E2E_DIR ??= mkdtempSync(join(tmpdir(), 'easel-e2e-'))
const PORT = Number(process.env.EASEL_E2E_PORT ?? 4311)
const INGRESS_PORT = PORT + 1

export default defineConfig({
  testDir: 'e2e',
  // Looks at a demo, by itself: docs/decisions/visual-checks.md.
  testIgnore: 'visual/**',
  // It is emptied at the beginning; what other kinds have found lies beside it.
  outputDir: 'test-results/e2e',
  fullyParallel: false,
  workers: 1,
  // `npm test` names what took its second try: docs/decisions/second-try.md.
  retries: 1,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${PORT}`,
    // What cannot be done is said soon, not when the time of the whole test is up.
    actionTimeout: 30_000,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: { executablePath: findBrowser(), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] },
  },
  webServer: {
    command: 'node bin/start.mjs',
    url: `http://localhost:${PORT}/health/ready`,
    timeout: 240_000,
    stdout: 'pipe',
    gracefulShutdown: { signal: 'SIGINT', timeout: 60_000 },
    env: { EASEL_DATA_DIR: join(process.env.EASEL_E2E_DIR, 'data'), PORT: String(PORT), EASEL_INGRESS_PORT: String(INGRESS_PORT), EASEL_WORKLOAD_PORTS: '28000-28199' },
  },
})
