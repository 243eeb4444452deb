// A reporter for Vitest that keeps the errors that belong to no test: of hooks, of files that could not be read, and what nobody
// has caught. They fail a run, and its JSON report does not have them.
import { relative } from 'node:path'
import { writeFileSync } from 'node:fs'

/** Writes `[{ where, message }]` to EASEL_TEST_STRAY, when the run has ended. */
export default class StrayErrors {
  onTestRunEnd(modules, unhandled, reason) {
    const path = process.env.EASEL_TEST_STRAY
    if (!path) return
    const strays = modules.flatMap((module) => {
      const file = relative(process.cwd(), module.moduleId)
      const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors().map((error) => ({ where: `${file} › ${suite.fullName}`, message: messageOf(error) })))
      return [...module.errors().map((error) => ({ where: file, message: messageOf(error) })), ...suites]
    })
    strays.push(...unhandled.map((error) => ({ where: `beside the tests${placeOf(error)}`, message: messageOf(error) })))
    if (reason === 'interrupted') strays.push({ where: 'the run', message: 'It was interrupted.' })
    writeFileSync(path, JSON.stringify(strays))
  }
}

function messageOf({ name, message, stack }) {
  return stack?.includes(message) ? stack : `${name}: ${message}\n${stack ?? ''}`
}

/** Which test ran, where Vitest knows it. */
function placeOf({ VITEST_TEST_PATH: file, VITEST_TEST_NAME: test }) {
  return file ? `, in ${relative(process.cwd(), file)}${test ? ` › ${test}` : ''}` : ''
}
