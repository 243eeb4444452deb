import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { findHierarchies } from '../../lib/provisioning/process/cgroup-hierarchies'

// Small programs without dependencies. An app is its files; `server.js` is started, `build.js` is its build.

export type App = Record<string, string>

/** A program that answers what it is called, after whatever else it does. */
export function server(name: string, besides = ''): string {
  return `${besides}
require('node:http').createServer((request, response) => response.end(${JSON.stringify(name)})).listen(process.env.PORT)
`
}

/** Answers what the file `word` of its volume holds. */
export const READER = `const fs = require('node:fs')
const file = require('node:path').join(process.env.EASEL_VOLUME_PATH, 'word')
require('node:http').createServer((request, response) => response.end(fs.existsSync(file) ? fs.readFileSync(file) : '')).listen(process.env.PORT)
`

/** Whoever asks it politely to end waits in vain. */
export const STUBBORN = "for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => console.log('no'))\nsetInterval(() => {}, 1_000)\n"

/**
 * Starts a program that leaves its session and its parent behind, and one that leaves its environment as well: that one is
 * only found where the kernel keeps groups of processes.
 */
export const DAEMONIZE = `const { spawn } = require('node:child_process')
const daemon = (env) => spawn(process.execPath, [require('node:path').join(__dirname, 'daemon.js')], { detached: true, stdio: 'ignore', env }).unref()
daemon({ ...process.env })
${findHierarchies().length > 0 ? 'daemon({ PATH: process.env.PATH })' : ''}
`

/** Prints about 100 MB a second for so many seconds. */
export function flood(seconds: number): string {
  return `const fs = require('node:fs')
const chunk = Buffer.from((String(process.pid).padEnd(99, 'y') + '\\n').repeat(10_000))
const until = performance.now() + ${seconds * 1000}
const pour = () => {
  for (let i = 0; i < 5; i++) try { fs.writeSync(1, chunk) } catch {}
  if (performance.now() < until) setTimeout(pour, 50)
  else console.log('the flood is over')
}
pour()
`
}

/** Writes an app into a folder, in place of what is there. */
export function writeApp(folder: string, app: App): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const manifest = JSON.stringify({ name: 'app', private: true, scripts: { start: 'node server.js' } })
  for (const [path, text] of Object.entries({ 'package.json': manifest, ...app })) writeFileSync(join(folder, path), text)
}
