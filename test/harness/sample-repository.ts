import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// An app without dependencies in several versions, each a branch. Its commands write a line each into the file named by
// COUNTS, so that a test sees how often they ran, and wait for their end while WAIT names them and no line was there.

/** Branches: `v1`, `v2` and `v3` answer their name and MARK; `ill` answers 500; `crash` exits at once; `broken` does not build. */
export const VERSIONS = ['v1', 'v2', 'v3', 'ill', 'crash', 'broken'] as const
export type Version = (typeof VERSIONS)[number]

const WAIT_LIMIT_MS = 60_000

/** What a step of the build does besides counting. COUNTS is a file, or an address where no file of ours can be reached. */
const step = (what: string, work = '') => `const fs = require('node:fs')
const { COUNTS = '', WAIT } = process.env
const line = ${JSON.stringify(what)} + ' ' + fs.readFileSync('version', 'utf8')
async function isFirst() {
  if (COUNTS.startsWith('http:')) return (await (await fetch(COUNTS, { method: 'POST', body: line })).text()) === 'first'
  const isNew = COUNTS === '' || !fs.existsSync(COUNTS) || !fs.readFileSync(COUNTS, 'utf8').split('\\n').includes(line)
  if (COUNTS !== '') fs.appendFileSync(COUNTS, line + '\\n')
  return isNew
}
isFirst().then((first) => {
  console.log(line)
  if (WAIT === ${JSON.stringify(what)} && first) setTimeout(() => {}, ${WAIT_LIMIT_MS})
  ${work}
})
`

const server = (version: Version) => `if (${version === 'crash'}) process.exit(3)
const { MARK, PORT } = process.env
require('node:http').createServer((request, response) => {
  response.statusCode = ${version === 'ill' ? 500 : 200}
  response.end(MARK === undefined ? ${JSON.stringify(version)} : ${JSON.stringify(version)} + ' ' + MARK)
}).listen(PORT)
console.log('starting ' + ${JSON.stringify(version)})
`

/** Makes the repository and returns its folder. `besides`: more files, by name. */
export function sampleRepository(folder: string, besides: Record<string, string> = {}): string {
  mkdirSync(folder, { recursive: true })
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main', ...args], { cwd: folder, stdio: 'pipe' })
  const write = (files: Record<string, string>) => Object.entries(files).forEach(([path, text]) => writeFileSync(join(folder, path), text))
  git('init', '-q')
  for (const version of VERSIONS) {
    git('checkout', '-q', '-B', version)
    write({
      version,
      'package.json': JSON.stringify({ name: 'sample', private: true, scripts: { start: 'node server.js' } }),
      'install.js': step('install'),
      'build.js': step('build', version === 'broken' ? 'process.exitCode = 1' : "fs.writeFileSync('built', 'yes')"),
      'prepare.js': step('prepare'),
      'run.js': step('run'),
      'server.js': server(version),
      ...besides,
    })
    git('add', '-A')
    git('commit', '-q', '-m', version)
  }
  return folder
}
