import type { App } from '../app'
import { hasProperty, safeFolder, stringProperty } from '../config-text'
import { configNames, dependencyOf, framework, LOOPBACK, type DetectFramework } from './framework'

/** React Router 7 as a framework: a server, or files with `ssr: false`. */
export const reactRouter: DetectFramework = (app) => {
  const file = app.first(configNames('react-router'))
  if (!app.dependencies['@react-router/dev'] && !/\breact-router\s+build\b/.test(app.manifest.scripts.build ?? '')) return null
  const text = file === undefined ? undefined : app.text(file)
  const directory = safeFolder(stringProperty(text, 'buildDirectory')) ?? 'build'
  const base = { id: 'react-router', name: 'React Router', decidedBy: dependencyOf('@react-router/dev'), build: ['react-router', 'build'], serverEnv: { HOST: LOOPBACK }, caches: ['node_modules/.vite', '.react-router'] }
  if (hasProperty(text, 'ssr', 'false')) {
    return framework({ ...base, serving: { kind: 'files', directory: `${directory}/client`, fallback: 'index.html', decidedBy: `${file} → ssr: false` }, refusesStart: refuseServer })
  }
  const serves = Boolean(app.dependencies['@react-router/serve'])
  return framework({ ...base, serving: serves ? { kind: 'server', argv: ['react-router-serve', `./${directory}/server/index.js`], decidedBy: dependencyOf('@react-router/serve') } : null })
}

/** Remix 2, with Vite or its own compiler. */
export const remix: DetectFramework = (app) => {
  if (!app.dependencies['@remix-run/dev']) return null
  const file = app.first(configNames('vite'))
  const text = file === undefined ? undefined : app.text(file)
  const usesVite = text?.includes('@remix-run/dev') ?? false
  const base = {
    id: 'remix',
    name: 'Remix',
    decidedBy: dependencyOf('@remix-run/dev'),
    build: usesVite ? ['remix', 'vite:build'] : ['remix', 'build'],
    serverEnv: { HOST: LOOPBACK },
    caches: ['.cache', 'node_modules/.vite'],
  }
  if (usesVite && hasProperty(text, 'ssr', 'false')) {
    return framework({ ...base, serving: { kind: 'files', directory: 'build/client', fallback: 'index.html', decidedBy: `${file} → ssr: false` }, refusesStart: refuseServer })
  }
  return framework({ ...base, serving: remixServer(app, usesVite) })
}

function remixServer(app: App, usesVite: boolean) {
  if (!app.dependencies['@remix-run/serve']) return null
  return { kind: 'server' as const, argv: ['remix-serve', usesVite ? './build/server/index.js' : './build/index.js'], decidedBy: dependencyOf('@remix-run/serve') }
}

function refuseServer(script: string): string | null {
  return /\b(react-router-serve|remix-serve|vite\s+preview)\b/.test(script) ? 'with ssr: false the build has no server' : null
}
