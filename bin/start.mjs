#!/usr/bin/env node
// `npm start`: installs, builds and runs Easel. Only Node's own modules may be used before the dependencies are there.
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const isDev = process.argv.includes('--dev')
// A demo keeps to a folder of its own, beside the one of an installation.
const isDemo = process.argv.includes('--demo')
if (isDemo) process.env.EASEL_DATA_DIR ||= demoFolder()

try {
  await prepare(root, { build: isDev ? 'programs' : 'all' })
} catch (error) {
  process.stderr.write(`\n${error.message}\n`)
  process.exit(1)
}
process.env.NODE_ENV = isDev ? 'development' : 'production'
try {
  const { supervise } = await import(pathToFileURL(join(root, 'dist', 'supervisor.mjs')).href)
  process.exitCode = await supervise({ root, isDev, isDemo })
} catch (error) {
  process.stderr.write(`\n${error.name === 'ConfigError' ? error.message : error.stack}\n`)
  process.exitCode = 1
}

function demoFolder() {
  // PostgreSQL does not run as root, and its user reaches nothing below /root.
  if (process.getuid?.() === 0) return '/var/lib/easel-demo'
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'easel-demo')
}
