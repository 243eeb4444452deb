import { hasProperty, safeFolder, stringProperty } from '../config-text'
import { configNames, dependencyOf, framework, LOOPBACK, type DetectFramework } from './framework'

const FOREIGN_ADAPTERS = ['@astrojs/vercel', '@astrojs/cloudflare', '@astrojs/netlify']

/** Astro: files, or a server when the configuration has the Node adapter or `output: 'server'`. */
export const astro: DetectFramework = (app) => {
  if (!app.dependencies.astro) return null
  const file = app.first(configNames('astro'))
  const text = file === undefined ? '' : (app.text(file) ?? '')
  const outDir = safeFolder(stringProperty(text, 'outDir')) ?? 'dist'
  const foreign = FOREIGN_ADAPTERS.find((name) => text.includes(name))
  const usesNode = Boolean(app.dependencies['@astrojs/node']) && text.includes('@astrojs/node')
  const isServer = usesNode || foreign !== undefined || stringProperty(text, 'output') === 'server'
  const base = {
    id: 'astro',
    name: 'Astro',
    decidedBy: dependencyOf('astro'),
    build: ['astro', 'build'],
    serverEnv: { HOST: LOOPBACK },
    caches: ['node_modules/.astro', 'node_modules/.vite', '.astro'],
  }
  if (!isServer) {
    return framework({ ...base, serving: { kind: 'files', directory: outDir, fallback: null, decidedBy: file === undefined ? 'no adapter is configured' : `${file} has no adapter` }, refusesStart: refusePreview })
  }
  const isMiddleware = stringProperty(text, 'mode') === 'middleware' || hasProperty(text, 'middlewareMode', 'true')
  const runsAlone = usesNode && !isMiddleware
  return framework({
    ...base,
    serving: runsAlone ? { kind: 'server', argv: ['node', `./${outDir}/server/entry.mjs`], decidedBy: `${file} → adapter @astrojs/node` } : null,
    notes: foreign === undefined ? [] : [`${file} uses ${foreign}, which builds for another platform. Use @astrojs/node with mode standalone.`],
    refusesStart: (script) => (runsAlone ? refusePreview(script) : null),
  })
}

function refusePreview(script: string): string | null {
  return /\bastro\s+preview\b/.test(script) ? 'it is for looking at a build; what was built is started or served directly' : null
}
