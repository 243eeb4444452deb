#!/usr/bin/env node
// `npm test`: sets up what the tests need, then runs every kind of test. A kind that cannot run is a failure.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { prepare } from './prepare.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const KINDS = [
  ['types', ['typescript', 'tsc'], ['--noEmit']],
  ['lint', ['oxlint', 'oxlint'], ['--deny-warnings']],
  ['unit and layer rules', ['vitest', 'vitest'], ['run', '--project', 'unit']],
  ['integration on PostgreSQL', ['vitest', 'vitest'], ['run', '--project', 'integration']],
  ['faults: every stage, step and verdict twice, failing once, and with the worker and PostgreSQL killed around it', ['vitest', 'vitest'], ['run', '--project', 'fault']],
  ['load: deploys that lose nothing', ['vitest', 'vitest'], ['run', '--project', 'load']],
  ['chaos: random operations while workers are killed', ['vitest', 'vitest'], ['run', '--project', 'chaos']],
  ['trouble: clocks, disks, memory and programs that misbehave', ['vitest', 'vitest'], ['run', '--project', 'trouble']],
  ['end to end in a browser', ['@playwright/test', 'playwright'], ['test']],
]

/** The script behind a package's command. */
function commandOf([name, command]) {
  const require = createRequire(join(root, 'package.json'))
  const manifest = require.resolve.paths(name).map((folder) => join(folder, name, 'package.json')).find((path) => {
    try {
      return require(path)
    } catch {
      return false
    }
  })
  const { bin } = require(manifest)
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[command])
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [commandOf(command), ...args], { cwd: root, stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0))
  })
}

try {
  await prepare(root, { build: 'all' })
} catch (error) {
  process.stderr.write(`\n${error.message}\n`)
  process.exit(1)
}
const failed = []
for (const [title, command, args] of KINDS) {
  const began = Date.now()
  process.stdout.write(`\n=== ${title}\n`)
  const passed = await run(command, args)
  if (!passed) failed.push(title)
  process.stdout.write(`=== ${title}: ${passed ? 'passed' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(0)} s\n`)
}
process.stdout.write(failed.length === 0 ? '\nEverything passed.\n' : `\nFailed: ${failed.join(', ')}.\n`)
process.exit(failed.length === 0 ? 0 : 1)
