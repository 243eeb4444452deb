// Entry point of the program that runs one command of a build inside BuildKit. It runs on import:
//
//   node run.mjs [NAME=value …] -- <program> [<argument> …]
//
// The secrets of the build, which BuildKit mounts as files, become variables of that command; `$NAME` in its words is filled
// in, as it is for a build without containers.

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

import { expandWords } from '../../../../domain/command-line'

const SECRETS = '/run/secrets'

const given = process.argv.slice(2)
const end = given.indexOf('--')
const settings = given.slice(0, end).map((setting) => [setting.slice(0, setting.indexOf('=')), setting.slice(setting.indexOf('=') + 1)] as const)
const env: Record<string, string | undefined> = { ...process.env, ...secrets(), ...Object.fromEntries(settings) }
const [program = '', ...args] = expandWords(given.slice(end + 1), env as Record<string, string>)

const child = spawn(program, args, { stdio: 'inherit', env: env as NodeJS.ProcessEnv })
child.once('error', (error: NodeJS.ErrnoException) => {
  process.stderr.write(error.code === 'ENOENT' ? `${program}: not found\n` : `${error.message}\n`)
  process.exit(127)
})
child.once('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))

function secrets(): Record<string, string> {
  try {
    return Object.fromEntries(readdirSync(SECRETS).map((name) => [name, readFileSync(join(SECRETS, name), 'utf8')]))
  } catch {
    return {}
  }
}
