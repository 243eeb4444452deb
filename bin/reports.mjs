// What the JSON reports of a run of tests say, as lines for people: what failed, and what passed only at its second try.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

// Of the message of a test.
const MESSAGE_LINES = 12
const MESSAGE_WIDTH = 300

/**
 * `{ failures, secondTries, skipped }` of one report, by `vitest` or `playwright`; the first two are names, each with a few lines of its
 * first failure. `strayPath`: where the errors lie that belong to no test, if there is such a file.
 */
export function readReport(root, runner, path, strayPath) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'))
    const tests = runner === 'vitest' ? testsOfVitest(root, report) : testsOfPlaywright(root, report)
    const told = (outcome, word) => tests.filter((test) => test.outcome === outcome).map(({ name, message }) => `${word} ${name}\n${indent(message)}`)
    const strays = existsSync(strayPath) ? JSON.parse(readFileSync(strayPath, 'utf8')).map(({ where, message }) => `FAILED ${where}\n${indent(message)}`) : []
    return { failures: [...told('failed', 'FAILED'), ...strays], secondTries: told('second', 'Passed only at the second try:'), skipped: report.numPendingTests ?? 0 }
  } catch {
    // A run that died may have left half of one, or none.
    return { failures: [], secondTries: [], skipped: 0 }
  }
}

/** It keeps the messages of tries that failed, also for a test that passed in the end. */
function testsOfVitest(root, { testResults }) {
  return testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(root, name)
    return assertionResults.filter(({ failureMessages }) => failureMessages.length > 0)
      .map(({ status, fullName, failureMessages }) => ({ outcome: status === 'failed' ? 'failed' : 'second', name: `${file} › ${fullName}`, message: failureMessages[0] }))
  })
}

function testsOfPlaywright(root, { config, errors, suites }) {
  const folder = relative(root, config.rootDir)
  const visit = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(visit)]
  const tests = suites.flatMap(visit).flatMap((spec) => spec.tests.map((test) => ({
    outcome: { unexpected: 'failed', flaky: 'second' }[test.status] ?? 'passed',
    name: `${join(folder, spec.file)} › ${spec.title}`,
    message: test.results.find(({ error }) => error)?.error.message ?? 'It did not come to its end.',
  })))
  return [...errors.map(({ message }) => ({ outcome: 'failed', name: folder, message: message ?? '' })), ...tests]
}

/** The first lines of a text, or its last `lastLines`, without colours and in from the margin. */
export function indent(text, lastLines = null) {
  const all = stripVTControlCharacters(text).split('\n')
  const lines = lastLines === null ? all.slice(0, MESSAGE_LINES) : all.slice(-lastLines)
  return lines.map((line) => `    ${line.slice(0, MESSAGE_WIDTH)}`).join('\n')
}
