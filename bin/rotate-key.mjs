#!/usr/bin/env node
// `node bin/rotate-key.mjs`: gives a stopped instance another encryption key. Killed at any point, it is called again.
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

try {
  await prepare(root, { build: 'programs' })
} catch (error) {
  process.stderr.write(`\n${error.message}\n`)
  process.exit(1)
}
const { rotateKey } = await import(pathToFileURL(join(root, 'dist', 'rotate-key.mjs')).href)
process.exitCode = await rotateKey(root)
