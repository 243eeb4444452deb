#!/usr/bin/env node
// `npm start`: installs, builds and runs Easel. Only Node's own modules may be used before the dependencies are there.
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const isDev = process.argv.includes('--dev')

try {
  await prepare(root, { build: isDev ? 'programs' : 'all' })
} catch (error) {
  process.stderr.write(`\n${error.message}\n`)
  process.exit(1)
}
process.env.NODE_ENV = isDev ? 'development' : 'production'
try {
  const { supervise } = await import(pathToFileURL(join(root, 'dist', 'supervisor.mjs')).href)
  process.exitCode = await supervise({ root, isDev })
} catch (error) {
  process.stderr.write(`\n${error.name === 'ConfigError' ? error.message : error.stack}\n`)
  process.exitCode = 1
}
