import type { App } from '../app'
import { dependencyOf, framework, type DetectFramework } from './framework'

/** Server libraries by dependency; the first one found gives the service its name. */
const SERVERS: readonly [dependency: string, id: string, name: string][] = [
  ['@nestjs/core', 'nest', 'NestJS'],
  ['@adonisjs/core', 'adonis', 'AdonisJS'],
  ['@strapi/strapi', 'strapi', 'Strapi'],
  ['fastify', 'fastify', 'Fastify'],
  ['hono', 'hono', 'Hono'],
  ['express', 'express', 'Express'],
  ['koa', 'koa', 'Koa'],
  ['@hapi/hapi', 'hapi', 'hapi'],
  ['h3', 'h3', 'H3'],
  ['polka', 'polka', 'Polka'],
  ['restify', 'restify', 'Restify'],
]

/** A plain server: it starts by the app's own script or main file. */
export const server: DetectFramework = (app: App) => {
  const found = SERVERS.find(([dependency]) => app.dependencies[dependency])
  if (found === undefined) return null
  const [dependency, id, name] = found
  return framework({
    id,
    name,
    decidedBy: dependencyOf(dependency),
    build: id === 'nest' ? ['nest', 'build'] : null,
    refusesStart: (script) => (id === 'nest' && app.manifest.scripts['start:prod'] && /^nest\s+start\b/.test(script) ? 'it compiles again at every start; start:prod runs what was built' : null),
  })
}
