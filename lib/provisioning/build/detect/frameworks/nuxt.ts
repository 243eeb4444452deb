import { stringProperty } from '../config-text'
import { configNames, dependencyOf, framework, LOOPBACK, type DetectFramework } from './framework'

/** Nuxt 3 and later: its Nitro server, or files when the build is `nuxt generate`. */
export const nuxt: DetectFramework = (app) => {
  if (!app.dependencies.nuxt) return null
  const file = app.first(configNames('nuxt'))
  const preset = stringProperty(file === undefined ? undefined : app.text(file), 'preset')
  const base = { id: 'nuxt', name: 'Nuxt', decidedBy: dependencyOf('nuxt'), build: ['nuxt', 'build'], serverEnv: { HOST: LOOPBACK, NITRO_HOST: LOOPBACK }, caches: ['node_modules/.cache', 'node_modules/.vite'] }
  const generates = /\bnux[ti]\s+generate\b/.test(app.manifest.scripts.build ?? '')
  if (generates || preset === 'static') {
    const decidedBy = generates ? 'package.json → scripts.build' : `${file} → nitro.preset`
    return framework({ ...base, serving: { kind: 'files', directory: '.output/public', fallback: '200.html', decidedBy }, refusesStart: refusePreview })
  }
  const isForeign = preset !== undefined && !preset.startsWith('node')
  return framework({
    ...base,
    // The preset of the build decides what comes out; this machine runs Node.
    buildEnv: isForeign ? { NITRO_PRESET: 'node-server' } : {},
    serving: { kind: 'server', argv: ['node', '.output/server/index.mjs'], decidedBy: dependencyOf('nuxt') },
    notes: isForeign ? [`${file} builds for ${preset}; it is built for Node instead.`] : [],
    refusesStart: refusePreview,
  })
}

function refusePreview(script: string): string | null {
  return /\bnux[ti]\s+(preview|start)\b/.test(script) ? 'it is for looking at a build; what was built is started or served directly' : null
}
