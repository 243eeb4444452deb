import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

import { describe, expect, it } from 'vitest'

// Who may import whom. The table is docs/architecture.md's, and every import of every source file is held against it.

const ROOT = process.cwd()
const ANYWHERE = ['lib/errors', 'lib/ids']

/** Longest matching room first. `may`: prefixes it may import besides itself and ANYWHERE. */
const ROOMS: { room: string; may: string[] }[] = [
  { room: 'lib/contract', may: ['lib/domain'] },
  { room: 'lib/domain', may: ['lib/contract'] },
  { room: 'lib/provisioning/planner', may: ['lib/contract', 'lib/domain'] },
  { room: 'lib/provisioning/process', may: ['lib/log'] },
  { room: 'lib/provisioning/docker', may: ['lib/domain', 'lib/provisioning/process', 'lib/log', 'lib/config'] },
  { room: 'lib/provisioning/runtime', may: ['lib/contract', 'lib/domain', 'lib/provisioning/docker', 'lib/provisioning/process', 'lib/provisioning/paths', 'lib/log', 'lib/config'] },
  { room: 'lib/provisioning/ingress', may: ['lib/contract', 'lib/domain', 'lib/provisioning/paths', 'lib/secrets/seal', 'lib/secrets/sealed-certificate', 'lib/log', 'lib/config'] },
  { room: 'lib/provisioning/files', may: ['lib/domain'] },
  { room: 'lib/provisioning/source', may: ['lib/contract', 'lib/domain', 'lib/provisioning/files', 'lib/provisioning/process', 'lib/provisioning/paths', 'lib/log', 'lib/config'] },
  { room: 'lib/provisioning/build', may: ['lib/contract', 'lib/domain', 'lib/provisioning/docker', 'lib/provisioning/files', 'lib/provisioning/process', 'lib/provisioning/paths', 'lib/log', 'lib/config'] },
  { room: 'lib/provisioning', may: ['lib'] },
  { room: 'lib/db', may: ['lib/contract', 'lib/domain', 'lib/log', 'lib/config'] },
  { room: 'lib/auth', may: ['lib/contract', 'lib/domain', 'lib/db', 'lib/events', 'lib/secrets', 'lib/config', 'lib/log', 'lib/operations/context', 'lib/operations/auth'] },
  { room: 'lib/events', may: ['lib/contract', 'lib/db', 'lib/domain', 'lib/auth/actor', 'lib/log'] },
  { room: 'lib/queue', may: ['lib/db', 'lib/log', 'lib/config', 'lib/trace'] },
  // Loaded by the programs alone, and only where spans are wanted.
  { room: 'lib/tracing', may: ['lib/log', 'lib/trace'] },
  { room: 'lib/secrets', may: ['lib/domain', 'lib/log'] },
  { room: 'lib/telemetry', may: ['lib/contract', 'lib/domain', 'lib/db', 'lib/events', 'lib/secrets', 'lib/log', 'lib/provisioning/runtime/driver'] },
  { room: 'lib/otlp', may: ['lib/contract', 'lib/domain', 'lib/db', 'lib/secrets', 'lib/telemetry', 'lib/config', 'lib/log'] },
  // Rounds and messages: what is known comes from the database, what is said goes to other machines.
  { room: 'lib/alerts', may: ['lib/contract', 'lib/domain', 'lib/db', 'lib/events', 'lib/queue', 'lib/secrets', 'lib/log'] },
  // Lines and samples of the database go to other machines, as messages of alerts do.
  { room: 'lib/drains', may: ['lib/contract', 'lib/domain', 'lib/db', 'lib/events', 'lib/secrets', 'lib/log', 'lib/alerts/exchange', 'lib/alerts/guard', 'lib/alerts/post'] },
  { room: 'lib/operations', may: ['lib/contract', 'lib/domain', 'lib/auth', 'lib/db', 'lib/queue', 'lib/events', 'lib/secrets', 'lib/telemetry', 'lib/config', 'lib/log', 'lib/trace'] },
  { room: 'lib/http', may: ['lib/tracing', 'lib/contract', 'lib/domain', 'lib/operations', 'lib/auth', 'lib/db', 'lib/events', 'lib/secrets', 'lib/provisioning/paths', 'lib/config', 'lib/log'] },
  { room: 'lib/cli', may: ['lib/contract', 'lib/domain', 'lib/config'] },
  { room: 'lib/supervisor', may: ['lib/config', 'lib/provisioning/paths', 'lib/provisioning/ingress/caddy/leave-caddy', 'lib/secrets', 'lib/demo/folder', 'lib/demo/sign-in', 'lib/log'] },
  { room: 'lib/worker', may: ['lib'] },
  { room: 'lib/demo', may: ['lib'] },
  { room: 'components', may: ['lib/contract', 'lib/domain'] },
  { room: 'app', may: ['components', 'lib/contract', 'lib/domain', 'lib/http', 'lib/auth/next-auth'] },
]

const BROWSER_SAFE = ['lib/contract', 'lib/domain', 'components']
// Programs that run inside images have an environment of their own.
const IN_IMAGES = ['lib/provisioning/build/image/tools/run.ts', 'lib/provisioning/runtime/process/image-server.ts']
// Programs of their own, started by the process runtime.
const DATABASE_PROGRAMS = ['lib/provisioning/database/server-entry.ts', 'lib/provisioning/database/probe-entry.ts']
const MAY_SPAWN = ['lib/provisioning/process', 'lib/supervisor', 'lib/cli', IN_IMAGES[0]!, DATABASE_PROGRAMS[0]!]
const MAY_READ_ENVIRONMENT = ['lib/config.ts', 'lib/http/serve-entry.ts', ...IN_IMAGES, ...DATABASE_PROGRAMS]

type Import = { file: string; text: string; target: string | null }

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.tsx?$/.test(entry.name) && !/\.(test|conformance\.test)\.tsx?$/.test(entry.name) ? [path] : []
  })
}

const FILES = ['lib', 'app', 'components'].flatMap(sources)
const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

/** Every import of a file; `target` is the path inside the repository, null for a package. */
function importsOf(file: string): Import[] {
  const code = readFileSync(join(ROOT, file), 'utf8')
  return Array.from(code.matchAll(IMPORT), (match) => {
    const text = match[1] ?? match[2] ?? match[3]!
    const target = text.startsWith('@/') ? text.slice(2) : text.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), text)) : null
    return { file, text, target }
  })
}

const isIn = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`)
const roomOf = (file: string) => ROOMS.filter(({ room }) => isIn(file, room)).sort((a, b) => b.room.length - a.room.length)[0]
const ALL = FILES.flatMap(importsOf)

describe('layers', () => {
  it('finds the sources and their imports', () => {
    expect(FILES.length).toBeGreaterThan(50)
    expect(ALL.length).toBeGreaterThan(200)
  })

  it('lets a room import only what the table allows', () => {
    const wrong = ALL.filter(({ file, target }) => {
      const room = roomOf(file)
      if (!room || target === null || isIn(target, room.room) || ANYWHERE.includes(target)) return false
      return !room.may.some((prefix) => isIn(target, prefix))
    })
    expect(wrong.map(({ file, target }) => `${file} may not import ${target}`)).toEqual([])
  })

  it('keeps what the browser loads free of Node', () => {
    const wrong = ALL.filter(({ file, text }) => BROWSER_SAFE.some((room) => isIn(file, room)) && (text.startsWith('node:') || ['postgres', 'pino', 'drizzle-orm'].includes(text)))
    expect(wrong.map(({ file, text }) => `${file} may not import ${text}`)).toEqual([])
  })

  it('starts child processes in one place only', () => {
    const wrong = ALL.filter(({ file, text }) => text === 'node:child_process' && !MAY_SPAWN.some((room) => isIn(file, room)))
    expect(wrong.map(({ file }) => `${file} may not start processes`)).toEqual([])
  })

  it('never hands text to a shell', () => {
    const wrong = FILES.filter((file) => /shell:\s*true|\bexecSync\(|\bexec\(\s*[`'"]/.test(readFileSync(join(ROOT, file), 'utf8')))
    expect(wrong).toEqual([])
  })

  it('keeps the clock out of the planner', () => {
    const wrong = FILES.filter((file) => isIn(file, 'lib/provisioning/planner') && /Date\.now\(|new Date\(\)|performance\.now/.test(readFileSync(join(ROOT, file), 'utf8')))
    expect(wrong).toEqual([])
  })

  it('reads the process environment in one place only', () => {
    const wrong = FILES.filter((file) => /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8')) && !MAY_READ_ENVIRONMENT.includes(file))
    expect(wrong).toEqual([])
  })

  it('has no barrels and no rooms named for nothing', () => {
    expect(FILES.filter((file) => /export \* from/.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([])
    expect(FILES.filter((file) => /(^|\/)(utils?|helpers?|services|types|common)\//.test(file) && !isIn(file, 'app'))).toEqual([])
  })

  it('keeps files under 400 lines', () => {
    const long = FILES.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 400)
    expect(long).toEqual([])
  })
})
