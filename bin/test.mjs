#!/usr/bin/env node
// `npm test`: sets up what the tests need, then runs every kind of test. A kind that cannot run is a failure, but for those that
// take a Docker engine: where none answers, they are named as not run.
import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { prepare } from './prepare.mjs'
import { indent, readReport } from './reports.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

// What is soon known comes first; the long proofs come last.
const KINDS = [
  ['types', ['typescript', 'tsc'], ['--noEmit', '--incremental', 'false']],
  ['lint', ['oxlint', 'oxlint'], ['--deny-warnings']],
  ['unit and layer rules', ['vitest', 'vitest'], ['run', '--project', 'unit']],
  ['integration on PostgreSQL', ['vitest', 'vitest'], ['run', '--project', 'integration']],
  ['Docker: containers, networks, volumes and images of a real engine', ['vitest', 'vitest'], ['run', '--project', 'docker'], dockerAnswers],
  ['end to end in a browser', ['@playwright/test', 'playwright'], ['test']],
  ['data: databases that are killed, copied, branched and given other passwords', ['vitest', 'vitest'], ['run', '--project', 'data']],
  ['trouble: clocks, disks, memory and programs that misbehave', ['vitest', 'vitest'], ['run', '--project', 'trouble']],
  ['load: deploys that lose nothing', ['vitest', 'vitest'], ['run', '--project', 'load']],
  ['load on Docker: deploys of containers that lose nothing', ['vitest', 'vitest'], ['run', '-t', 'in a row$|killed every|nothing open for long', '--project', 'load'], dockerAnswers, { EASEL_TEST_TARGET: 'docker' }],
  ['chaos: random operations while workers are killed', ['vitest', 'vitest'], ['run', '--project', 'chaos']],
  ['faults: every stage, step and verdict twice, failing once, and with the worker and PostgreSQL killed around it', ['vitest', 'vitest'], ['run', '--project', 'fault']],
  ['faults on Docker: the worker killed around every stage, step and verdict', ['vitest', 'vitest'], ['run', '--project', 'fault'], dockerAnswers, { EASEL_TEST_TARGET: 'docker' }],
]

/** EASEL_TEST_UNTIL, in seconds since 1970: nothing is begun afterwards, and what was not begun is named. */
const UNTIL_MS = Number(process.env.EASEL_TEST_UNTIL ?? Infinity) * 1_000
const TIME_IS_UP = 'the time that was given is up (EASEL_TEST_UNTIL)'

/** What makes a runner tell people what it does, and leave a report. */
const REPORTERS = {
  vitest: (report) => ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '--reporter=./bin/stray-errors.mjs'],
  '@playwright/test': () => ['--reporter=list,json'],
}

/** So much is repeated of a run that failed without saying of what. */
const LAST_CHARACTERS = 3_000
const LAST_LINES = 25

const DOCKER_SOCKET = '/var/run/docker.sock'
const DOCKER_PATIENCE_MS = 3_000
const IMAGES_MS = 20 * 60_000

/** Whether the engine that the Docker suites would use answers and has its images; if not, why, for the one line that says so. */
async function dockerAnswers() {
  const ready = process.env.EASEL_TEST_IMAGES_READY
  for (const until = Date.now() + IMAGES_MS; ready && !existsSync(ready); await sleep(1_000)) if (Date.now() > until) return `${ready} is not there yet, which says that the images are made (EASEL_TEST_IMAGES_READY)`
  const host = process.env.DOCKER_HOST || `unix://${DOCKER_SOCKET}`
  if (!host.startsWith('unix://')) return `DOCKER_HOST is ${host}, and they need an engine of this machine, on a socket`
  return new Promise((resolve) => {
    const request = get({ socketPath: host.slice('unix://'.length), path: '/_ping', timeout: DOCKER_PATIENCE_MS }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200 ? null : `the Docker engine at ${host} answers with status ${answer.statusCode}`)
    })
    request.once('timeout', () => request.destroy(new Error('it does not answer')))
    request.once('error', (error) => resolve(`no Docker engine answers at ${host} (${error.code ?? error.message})`))
  })
}

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

/** Whether a command passed, and the end of what it wrote, which is shown as it comes. */
function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
    const child = spawn(process.execPath, [commandOf(command), ...args], { cwd: root, env: { ...process.env, ...colour, ...env }, stdio: ['inherit', 'pipe', 'pipe'] })
    let last = ''
    const show = (to) => (part) => {
      to.write(part)
      last = (last + part).slice(-LAST_CHARACTERS)
    }
    child.stdout.on('data', show(process.stdout))
    child.stderr.on('data', show(process.stderr))
    child.once('error', reject)
    child.once('close', (code) => resolve({ passed: code === 0, last }))
  })
}

try {
  await prepare(root, { build: 'all' })
} catch (error) {
  process.stderr.write(`\n${error.message}\n`)
  process.exit(1)
}
const failed = []
const failures = []
const secondTries = []
const notRun = []
for (const [title, command, args, hindrance, env] of KINDS) {
  const why = Date.now() > UNTIL_MS ? TIME_IS_UP : ((await hindrance?.()) ?? null)
  if (why !== null) {
    notRun.push(`Not run: ${title}, because ${why}.`)
    process.stdout.write(`\n=== ${notRun.at(-1)}\n`)
    continue
  }
  const began = Date.now()
  process.stdout.write(`\n=== ${title}\n`)
  const report = join(root, 'test-results', `${args.at(-1)}.json`)
  const stray = report.replace(/json$/, 'stray.json')
  for (const path of [report, stray]) rmSync(path, { force: true })
  const { passed, last } = await run(command, [...args, ...(REPORTERS[command[0]]?.(report) ?? [])], { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report, EASEL_TEST_STRAY: stray })
  if (!passed) failed.push(title)
  const found = command[0] in REPORTERS ? readReport(root, command[0], report, stray) : { failures: [], secondTries: [], skipped: 0 }
  if (!passed) failures.push(...(found.failures.length > 0 ? found.failures : [`FAILED ${title}, and no report says why. It ended with:\n${indent(last, LAST_LINES)}`]))
  secondTries.push(...found.secondTries)
  if (began <= UNTIL_MS && Date.now() > UNTIL_MS && found.skipped > 0) notRun.push(`Not run: ${found.skipped} tests of ${title}, because ${TIME_IS_UP}.`)
  process.stdout.write(`=== ${title}: ${passed ? 'passed' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(0)} s\n`)
}
// Once more at the end, where it is looked for first.
if (failures.length > 0) process.stdout.write(`\n${failures.join('\n')}\n`)
if (secondTries.length > 0) process.stdout.write(`\n${secondTries.join('\n')}\n`)
if (notRun.length > 0) process.stdout.write(`\n${notRun.join('\n')}\n`)
process.stdout.write(failed.length === 0 ? `\nEverything ${notRun.length === 0 ? '' : 'else '}passed.\n` : `\nFailed: ${failed.join(', ')}.\n`)
process.exit(failed.length === 0 ? 0 : 1)
