#!/usr/bin/env node
// `npm test`: sets up what the tests need, then runs every kind of test. A kind that cannot run is a failure, but for those that
// take a Docker engine: where none answers, they are named as not run.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

import { prepare } from './prepare.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

// Of the message of a test that failed.
const MESSAGE_LINES = 12
const MESSAGE_WIDTH = 300

const KINDS = [
  ['types', ['typescript', 'tsc'], ['--noEmit']],
  ['lint', ['oxlint', 'oxlint'], ['--deny-warnings']],
  ['unit and layer rules', ['vitest', 'vitest'], ['run', '--project', 'unit']],
  ['integration on PostgreSQL', ['vitest', 'vitest'], ['run', '--project', 'integration']],
  ['faults: every stage, step and verdict twice, failing once, and with the worker and PostgreSQL killed around it', ['vitest', 'vitest'], ['run', '--project', 'fault']],
  ['load: deploys that lose nothing', ['vitest', 'vitest'], ['run', '--project', 'load']],
  ['chaos: random operations while workers are killed', ['vitest', 'vitest'], ['run', '--project', 'chaos']],
  ['trouble: clocks, disks, memory and programs that misbehave', ['vitest', 'vitest'], ['run', '--project', 'trouble']],
  ['Docker: containers, networks, volumes and images of a real engine', ['vitest', 'vitest'], ['run', '--project', 'docker'], dockerAnswers],
  ['faults on Docker: the worker killed around every stage, step and verdict', ['vitest', 'vitest'], ['run', '--project', 'fault'], dockerAnswers, { EASEL_TEST_TARGET: 'docker' }],
  ['load on Docker: deploys of containers that lose nothing', ['vitest', 'vitest'], ['run', '-t', 'in a row$|killed every|nothing open for long', '--project', 'load'], dockerAnswers, { EASEL_TEST_TARGET: 'docker' }],
  ['end to end in a browser', ['@playwright/test', 'playwright'], ['test']],
]

const DOCKER_SOCKET = '/var/run/docker.sock'
const DOCKER_PATIENCE_MS = 3_000

/** Whether the engine that the Docker suites would use answers; if not, why, for the one line that says so. */
async function dockerAnswers() {
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

function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [commandOf(command), ...args], { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0))
  })
}

/** A few lines for each test that failed, from the report of its kind. */
function failuresIn(report) {
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
    return testResults.flatMap(({ name, message, assertionResults }) => {
      const file = relative(root, name)
      const tests = assertionResults.filter(({ status }) => status === 'failed').map((test) => `FAILED ${file} › ${test.fullName}\n${indent(test.failureMessages.join('\n'))}`)
      return tests.length === 0 && message ? [`FAILED ${file}\n${indent(message)}`] : tests
    })
  } catch (error) {
    return [`The report ${report} cannot be read: ${error.message}`]
  }
}

function indent(text) {
  const lines = stripVTControlCharacters(text).split('\n').slice(0, MESSAGE_LINES)
  return lines.map((line) => `    ${line.slice(0, MESSAGE_WIDTH)}`).join('\n')
}

try {
  await prepare(root, { build: 'all' })
} catch (error) {
  process.stderr.write(`\n${error.message}\n`)
  process.exit(1)
}
const failed = []
const failures = []
const notRun = []
for (const [title, command, args, hindrance, env] of KINDS) {
  const why = (await hindrance?.()) ?? null
  if (why !== null) {
    notRun.push(`Not run: ${title}, because ${why}.`)
    process.stdout.write(`\n=== ${notRun.at(-1)}\n`)
    continue
  }
  const began = Date.now()
  process.stdout.write(`\n=== ${title}\n`)
  const report = join(root, 'test-results', `${args.at(-1)}.json`)
  const passed = await run(command, command[0] === 'vitest' ? [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : args, env)
  if (!passed) {
    failed.push(title)
    if (command[0] === 'vitest') failures.push(...failuresIn(report))
  }
  process.stdout.write(`=== ${title}: ${passed ? 'passed' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(0)} s\n`)
}
// Once more at the end, where it is looked for first.
if (failures.length > 0) process.stdout.write(`\n${failures.join('\n')}\n`)
if (notRun.length > 0) process.stdout.write(`\n${notRun.join('\n')}\n`)
process.stdout.write(failed.length === 0 ? `\nEverything ${notRun.length === 0 ? '' : 'else '}passed.\n` : `\nFailed: ${failed.join(', ')}.\n`)
process.exit(failed.length === 0 ? 0 : 1)
