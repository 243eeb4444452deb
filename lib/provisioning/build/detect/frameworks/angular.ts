import { z } from 'zod'

import { safeFolder } from '../config-text'
import { dependencyOf, framework, type DetectFramework, type Framework } from './framework'

const Options = z.object({
  outputPath: z.union([z.string(), z.object({ base: z.string(), browser: z.string().optional() })]).optional(),
  ssr: z.unknown().optional(),
  outputMode: z.string().optional(),
})
const Build = z.object({ builder: z.string(), options: Options.optional() })
const Workspace = z.object({
  projects: z.record(z.string(), z.object({ projectType: z.string().optional(), architect: z.object({ build: Build.optional() }).optional(), targets: z.object({ build: Build.optional() }).optional() })),
})

/** Angular: files of the first application in angular.json, or its server when it renders on one. */
export const angular: DetectFramework = (app) => {
  if (!app.dependencies['@angular/core'] || !app.has('angular.json')) return null
  const base = { id: 'angular', name: 'Angular', decidedBy: dependencyOf('@angular/core'), build: ['ng', 'build'], buildEnv: { NG_CLI_ANALYTICS: 'false' }, caches: ['.angular/cache'] }
  const project = firstApplication(app.text('angular.json') ?? '')
  if (project === null) return framework({ ...base, notes: ['angular.json names no application that could be built.'] })
  const { name, build } = project
  // The application builder puts what a browser gets into a folder of its own.
  const usesBrowserFolder = build.builder.endsWith(':application')
  const path = build.options?.outputPath
  const root = safeFolder(typeof path === 'string' ? path : path?.base) ?? `dist/${name}`
  const browser = typeof path === 'object' ? (path.browser ?? 'browser') : 'browser'
  const directory = usesBrowserFolder && browser !== '' ? `${root}/${browser}` : root
  const decidedBy = `angular.json → projects.${name}.architect.build`
  const rendersOnServer = Boolean(build.options?.ssr) && build.options?.outputMode !== 'static'
  const serving: Framework['serving'] = rendersOnServer
    ? { kind: 'server', argv: ['node', `${root}/server/server.mjs`], decidedBy: `${decidedBy}.options.ssr` }
    : { kind: 'files', directory, fallback: 'index.html', decidedBy: `${decidedBy}.options.outputPath` }
  return framework({ ...base, serving })
}

function firstApplication(text: string) {
  try {
    const { projects } = Workspace.parse(JSON.parse(text))
    for (const [name, project] of Object.entries(projects)) {
      const build = project.architect?.build ?? project.targets?.build
      if (build !== undefined && (project.projectType ?? 'application') === 'application') return { name, build }
    }
  } catch {
    // Read as having no application; the note says so.
  }
  return null
}
