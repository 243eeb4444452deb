#!/usr/bin/env node
// The command line: `npx easel help`, or `bin/easel.mjs help` in a checkout.
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { prepare } from './prepare.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

try {
  await prepare(root, { build: 'programs', say: (line) => process.stderr.write(`${line}\n`) })
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
const { main } = await import(pathToFileURL(join(root, 'dist', 'cli.mjs')).href)
process.exitCode = await main(process.argv.slice(2))
