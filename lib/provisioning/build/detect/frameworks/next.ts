import { safeFolder, stringProperty } from '../config-text'
import { configNames, dependencyOf, framework, type DetectFramework } from './framework'

/** Next.js: a server, or files when the configuration says `output: 'export'`. */
export const next: DetectFramework = (app) => {
  if (!app.dependencies.next) return null
  const file = app.first(configNames('next'))
  const text = file === undefined ? undefined : app.text(file)
  const output = stringProperty(text, 'output')
  const distDir = safeFolder(stringProperty(text, 'distDir'))
  const base = { id: 'next', name: 'Next.js', decidedBy: dependencyOf('next'), build: ['next', 'build'], caches: [`${distDir ?? '.next'}/cache`] }
  if (output === 'export') {
    return framework({
      ...base,
      // An export replaces the folder of the build by its files, cache included, when it is given a name of its own.
      caches: distDir === undefined ? base.caches : [],
      serving: { kind: 'files', directory: distDir ?? 'out', fallback: null, decidedBy: `${file} → output: 'export'` },
      refusesStart: (script) => (/\bnext\s+start\b/.test(script) ? 'there is no server for an exported site' : null),
    })
  }
  return framework({
    ...base,
    serving: { kind: 'server', argv: ['next', 'start'], decidedBy: dependencyOf('next') },
    notes: output === 'standalone' ? [`${file} asks for a standalone build; it runs from the whole build all the same.`] : [],
  })
}
