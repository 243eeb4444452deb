import { flagValue, safeFolder, stringProperty } from '../config-text'
import { configNames, dependencyOf, framework, type DetectFramework } from './framework'

/** A single-page application made by Vite. Frameworks that use Vite themselves come before it. */
export const vite: DetectFramework = (app) => {
  if (!app.dependencies.vite) return null
  const script = app.manifest.scripts.build ?? ''
  const file = app.first(configNames('vite'))
  if (!/\bvite\s+build\b/.test(script) && file === undefined && !app.has('index.html')) return null
  const base = { id: 'vite', name: 'Vite', decidedBy: dependencyOf('vite'), build: ['vite', 'build'], caches: ['node_modules/.vite'] }
  if (app.dependencies['@tanstack/react-start'] || app.dependencies['@tanstack/solid-start']) {
    return framework({ ...base, id: 'tanstack-start', name: 'TanStack Start' })
  }
  const flag = safeFolder(flagValue(script, '--outDir'))
  const text = file === undefined ? undefined : app.text(file)
  const configured = safeFolder(stringProperty(text, 'outDir'))
  // Vite takes outDir relative to its `root`, which some templates move.
  const root = safeFolder(stringProperty(text, 'root'))
  const fromConfig = configured ?? (root === undefined ? undefined : `${root}/dist`)
  const decidedBy = flag !== undefined ? 'package.json → scripts.build (--outDir)' : configured !== undefined ? `${file} → build.outDir` : 'Default of Vite'
  return framework({
    ...base,
    serving: { kind: 'files', directory: flag ?? fromConfig ?? 'dist', fallback: 'index.html', decidedBy },
    refusesStart: (start) => (/\bvite\s+preview\b/.test(start) ? 'the preview server does not read PORT; the same files are served directly' : null),
  })
}
