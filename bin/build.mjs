#!/usr/bin/env node
// Builds the programs (dist/, by esbuild) and the pages (.next/, by Next). Arguments choose: `programs`, `pages`; none means both.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wanted = process.argv.slice(2)

const PROGRAMS = {
  supervisor: 'lib/supervisor/entry.ts',
  'rotate-key': 'lib/supervisor/rotate-key/rotate-key.ts',
  web: 'lib/http/serve-entry.ts',
  worker: 'lib/worker/entry.ts',
  receiver: 'lib/otlp/entry.ts',
  ingress: 'lib/provisioning/ingress/embedded/entry.ts',
  'static-server': 'lib/provisioning/runtime/process/static-server.ts',
  'database-server': 'lib/provisioning/database/server-entry.ts',
  'database-probe': 'lib/provisioning/database/probe-entry.ts',
  cli: 'lib/cli/entry.ts',
  openapi: 'lib/http/openapi-entry.ts',
  demo: 'lib/demo/entry.ts',
}

async function buildPrograms() {
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(PROGRAMS).map(([out, path]) => ({ in: path, out })),
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    loader: { '.sh': 'text' },
    logLevel: 'warning',
  })
}

/** Programs that images are given: bundled whole, because an image has none of our packages. */
async function buildImageTools() {
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'lib/provisioning/build/image/tools/run.ts', out: 'run' },
      { in: 'lib/provisioning/runtime/process/image-server.ts', out: 'serve' },
    ],
    outdir: 'dist/image-tools',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    logLevel: 'warning',
  })
}

async function buildPages() {
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  const child = spawn(process.execPath, [next, 'build'], { cwd: root, env, stdio: 'inherit' })
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  if (code !== 0) throw new Error(`next build ended with exit code ${code}.`)
}

try {
  if (wanted.length === 0 || wanted.includes('programs')) await Promise.all([buildPrograms(), buildImageTools()])
  if (wanted.length === 0 || wanted.includes('pages')) await buildPages()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
