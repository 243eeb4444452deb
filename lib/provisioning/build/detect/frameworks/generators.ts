import type { App } from '../app'
import { flagValue, safeFolder } from '../config-text'
import { dependencyOf, framework, type DetectFramework, type Framework } from './framework'

type Generator = { id: string; name: string; dependency: string; directory: string; fallback: string | null; build: string[]; caches: string[]; /** Start scripts that only show what is served directly. */ preview: RegExp; flag?: string; env?: Record<string, string> }

/** Tools that turn sources into files and have one place to put them. */
const GENERATORS: readonly Generator[] = [
  // Without it a warning ends the build when CI is set, which no one expects of a deployment.
  { id: 'cra', name: 'Create React App', dependency: 'react-scripts', directory: 'build', fallback: 'index.html', build: ['react-scripts', 'build'], caches: ['node_modules/.cache'], preview: /\breact-scripts\s+start\b/, env: { CI: 'false' } },
  { id: 'vue-cli', name: 'Vue CLI', dependency: '@vue/cli-service', directory: 'dist', fallback: 'index.html', build: ['vue-cli-service', 'build'], caches: ['node_modules/.cache'], preview: /\bvue-cli-service\s+serve\b/, flag: '--dest' },
  { id: 'gatsby', name: 'Gatsby', dependency: 'gatsby', directory: 'public', fallback: null, build: ['gatsby', 'build'], caches: ['.cache'], preview: /\bgatsby\s+serve\b/ },
  { id: 'docusaurus', name: 'Docusaurus', dependency: '@docusaurus/core', directory: 'build', fallback: null, build: ['docusaurus', 'build'], caches: ['.docusaurus', 'node_modules/.cache'], preview: /\bdocusaurus\s+serve\b/, flag: '--out-dir' },
  { id: 'eleventy', name: 'Eleventy', dependency: '@11ty/eleventy', directory: '_site', fallback: null, build: ['eleventy'], caches: ['.cache'], preview: /\beleventy\b.*--serve\b/, flag: '--output' },
]

export const generators: readonly DetectFramework[] = GENERATORS.map((generator) => (app: App) => detect(app, generator))

function detect(app: App, generator: Generator): Framework | null {
  if (!app.dependencies[generator.dependency]) return null
  const flag = generator.flag === undefined ? undefined : safeFolder(flagValue(app.manifest.scripts.build ?? '', generator.flag))
  return framework({
    id: generator.id,
    name: generator.name,
    decidedBy: dependencyOf(generator.dependency),
    build: generator.build,
    buildEnv: generator.env ?? {},
    caches: generator.caches,
    serving: { kind: 'files', directory: flag ?? generator.directory, fallback: generator.fallback, decidedBy: flag === undefined ? `Default of ${generator.name}` : `package.json → scripts.build (${generator.flag})` },
    refusesStart: (script) => (generator.preview.test(script) ? 'what it shows is served directly' : null),
  })
}
