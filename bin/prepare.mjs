// What a fresh clone needs before anything can run: a Node new enough, the dependencies, the build. Each part leaves a
// stamp with a hash of its inputs and is skipped while the hash is the same. Only Node's own modules here.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OLDEST_NODE = [20, 9]
const BUILD_INPUTS = ['app', 'bin/build.mjs', 'components', 'drizzle', 'instrumentation-client.ts', 'lib', 'next.config.js', 'package-lock.json', 'postcss.config.mjs', 'tsconfig.json']

/** Checks Node, installs and builds what is missing. `build`: `all`, `programs` (everything but the web pages), `none`. */
export async function prepare(root, { build, say = (line) => process.stdout.write(`${line}\n`) }) {
  checkNode()
  await install(root, say)
  if (build !== 'none') await buildAll(root, build, say)
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [wantedMajor, wantedMinor] = OLDEST_NODE
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  throw new Error(`Easel needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org and run the command again.`)
}

async function install(root, say) {
  const stamp = join(root, 'node_modules', '.easel-installed')
  const hash = hashFiles(root, ['package.json', 'package-lock.json'])
  if (readStamp(stamp) === hash) return
  const began = Date.now()
  say('Installing dependencies (first start only, about a minute) …')
  const npm = process.env.npm_execpath
  const [program, first] = npm && /\.[cm]?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []]
  await run(program, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund'], root, 'Installing the dependencies failed')
  writeFileSync(stamp, hash)
  say(`Dependencies installed in ${seconds(began)}.`)
}

async function buildAll(root, what, say) {
  const hash = hashFiles(root, BUILD_INPUTS)
  const programs = join(root, 'dist', '.stamp')
  const pages = join(root, '.next', '.easel-stamp')
  const needed = [...(readStamp(programs) === hash ? [] : ['programs']), ...(what === 'all' && readStamp(pages) !== hash ? ['pages'] : [])]
  if (needed.length === 0) return
  const began = Date.now()
  say(needed.includes('pages') ? 'Building (about a minute) …' : 'Building …')
  await run(process.execPath, [join(root, 'bin', 'build.mjs'), ...needed], root, 'The build failed')
  // Next may have put tsconfig.json in its own order meanwhile; that is no reason to build again.
  const built = hashFiles(root, BUILD_INPUTS)
  if (needed.includes('programs')) writeFileSync(programs, built)
  if (needed.includes('pages')) writeFileSync(pages, built)
  say(`Built in ${seconds(began)}.`)
}

/** Runs a program quietly; its output is shown only when it fails. */
function run(program, args, root, failure) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env }
    // npm hands its own settings on through these; a nested npm would take `--dev` and the like for its own.
    delete env.NODE_ENV
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk) => (output = (output + chunk).slice(-200_000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (cause) => reject(new Error(`${failure}: ${program} could not be started (${cause.message}).`, { cause })))
    child.once('close', (code) => {
      if (code === 0) return resolve()
      reject(new Error(`${output.trim().split('\n').slice(-40).join('\n')}\n\n${failure} (exit code ${code}). The lines above say why.`))
    })
  })
}

function hashFiles(root, names) {
  const hash = createHash('sha256').update(process.version)
  const visit = (path) => {
    if (!existsSync(path)) return
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name))
    } else {
      hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
    }
  }
  for (const name of names) visit(join(root, name))
  return hash.digest('hex')
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`
}
