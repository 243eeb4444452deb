import { projectCreate } from '../contract/project'
import { serviceHold, serviceUpdate, variableReplace } from '../contract/service'
import { BUILT_IN_TARGETS } from '../domain/target'
import { drawDatabase, drawService, drawVolume, git, image } from './draw'
import type { Ground } from './ground'
import { show } from './state'
import { writeVersion } from './version'

export type Storefront = { projectId: string; environmentId: string; ids: Record<string, string>; databases: { postgres: { id: string; volumeId: string }; cache: { id: string; volumeId: string } }; uploadsId: string }

const COLUMN = 396
const plain = (value: string) => ({ value, secret: false })
const at = (column: number, row: number) => ({ x: column * COLUMN, y: row * 144 })

/** The environment in which every state is seen at once. */
export async function drawStorefront(ground: Ground): Promise<Storefront> {
  const project = await ground.call(projectCreate, { name: 'Storefront', targetId: BUILT_IN_TARGETS.docker })
  const environmentId = project.environments[0]!.id
  const databases = {
    postgres: await drawDatabase(ground, { environmentId, name: 'postgres', engine: 'postgres', sizeMib: 3_482, ...at(2, 0) }),
    cache: await drawDatabase(ground, { environmentId, name: 'cache', engine: 'redis', sizeMib: 96, ...at(2, 2) }),
  }
  const ids = await drawServices(ground, environmentId)
  const uploadsId = await drawVolume(ground, { environmentId, name: 'uploads', serviceId: ids['image-resizer'], path: '/srv/uploads', sizeMib: 18_900, limitMib: 20_480, ...at(2, 4) })
  await drawVolume(ground, { environmentId, name: 'exports of the former shop', sizeMib: 420, ...at(2, 5) })
  await bring(ground, ids, databases)
  await stage(ground, ids)
  return { projectId: project.id, environmentId, ids, databases, uploadsId }
}

async function drawServices(ground: Ground, environmentId: string): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  const draw = async (name: string, place: { x: number; y: number }, rest: Omit<Parameters<typeof drawService>[1], 'environmentId' | 'name' | 'x' | 'y'> = {}) => {
    ids[name] = await drawService(ground, { environmentId, name, ...place, ...rest })
  }
  await draw('api', at(1, 0), { settings: { replicas: 3 }, variables: { DATABASE_URL: plain('${{postgres.DATABASE_URL}}'), REDIS_URL: plain('${{cache.REDIS_URL}}'), STRIPE_SECRET_KEY: 'sk_demo_0000000000000000' } })
  await draw('web', at(0, 0), { source: git('storefront'), variables: { API_URL: plain('${{api.URL}}'), ...manyVariables(99) } })
  await draw('admin', at(0, 1), { variables: { API_URL: plain('${{api.URL}}') } })
  await draw('checkout', at(1, 1), { variables: { DATABASE_URL: plain('${{postgres.DATABASE_URL}}') } })
  await draw('image-resizer', at(1, 4), { source: image('registry.example.com/atelier/image-resizer:2.14.0') })
  await draw('search', at(1, 2), { variables: { REDIS_URL: plain('${{cache.REDIS_URL}}') } })
  await draw('mailer', at(1, 3), { settings: { restart: { policy: 'on_failure', limit: 3 } }, variables: { REDIS_URL: plain('${{cache.REDIS_URL}}') } })
  await draw('docs', at(0, 2))
  await draw('the-landing-page-of-the-spring-campaign-in-all-languages', at(0, 3), { source: git('campaigns', 'release/spring-2026-with-a-rather-long-branch-name') })
  await draw('blog', at(0, 4))
  await draw('recommendations', at(-1, 0), { variables: { SHOP_URL: plain('${{web.URL}}') } })
  await draw('old-shop', at(-1, 1))
  await draw('prices', at(-1, 2), { source: image('registry.example.com/atelier/prices:latest') })
  await draw('nightly-report', at(-1, 3), { settings: { cron: { schedule: '15 3 * * *', timeZone: 'Europe/Zurich' } } })
  await draw('seed-catalogue', at(-1, 4), { settings: { restart: { policy: 'on_failure', limit: 3 } } })
  await draw('payments-sandbox', at(0, 5))
  await draw('experiment', at(1, 5))
  await draw('webhooks', at(-1, 5))
  return ids
}

const MESSAGES = ['Show prices with tax in the basket', 'Cache category pages for a minute', 'Upgrade to the new image loader', 'Do not lose the basket when signing in', 'Translate the checkout']

async function bring(ground: Ground, ids: Record<string, string>, databases: Storefront['databases']): Promise<void> {
  const s = (name: string) => ids[name]!
  for (const [index, commit] of MESSAGES.slice(1).entries()) await writeVersion(ground, s('web'), { status: index === 1 ? 'failed' : 'retired', createdS: 86_400 * (7 - index), tookS: 70 + index * 9, framework: 'next', commit, by: index % 2 ? 'Grace Okafor' : 'Ada Lindqvist', ...(index === 1 ? { stage: 'build' as const, failure: BUILD_FAILURE } : {}) })
  await show(ground, databases.postgres.id, { state: 'running', sinceS: 1_900_000, memoryMib: 412, cpuMilli: 85 })
  await show(ground, databases.cache.id, { state: 'running', sinceS: 1_900_000, memoryMib: 38, cpuMilli: 6 })
  await show(ground, s('web'), { state: 'running', sinceS: 5_400, framework: 'next', commit: MESSAGES[0], memoryMib: 186, cpuMilli: 143 })
  await show(ground, s('api'), { state: 'degraded', sinceS: 340, commit: 'Answer with the currency of the shop', memoryMib: 241, cpuMilli: 410 })
  await show(ground, s('admin'), { state: 'building', sinceS: 47, framework: 'react-router', commit: 'Let editors sort products' })
  await show(ground, s('checkout'), { state: 'releasing', sinceS: 96, framework: 'express', commit: 'Retry payments that time out' })
  await show(ground, s('search'), { state: 'queued', sinceS: 12, isFirst: true })
  await show(ground, s('mailer'), { state: 'crashed', sinceS: 2_400 })
  await show(ground, s('recommendations'), { state: 'crashing', sinceS: 620, commit: 'Load the whole model at once' })
  await show(ground, s('docs'), { state: 'running', sinceS: 1_300_000, framework: 'docusaurus', memoryMib: 24, cpuMilli: 1 })
  await show(ground, s('the-landing-page-of-the-spring-campaign-in-all-languages'), { state: 'running', sinceS: 260_000, framework: 'astro', memoryMib: 31, cpuMilli: 2 })
  await show(ground, s('blog'), { state: 'sleeping', sinceS: 17_000, framework: 'astro' })
  await show(ground, s('old-shop'), { state: 'suspended', sinceS: 8_600_000 })
  await show(ground, s('prices'), { state: 'failed', sinceS: 700, failure: { reason: 'health_deadline', message: 'GET /ready answered 404 for 60 s; 2xx or 3xx was expected.' } })
  await show(ground, s('nightly-report'), { state: 'scheduled', sinceS: 1_100_000 })
  await show(ground, s('seed-catalogue'), { state: 'exited', sinceS: 90_000 })
  await show(ground, s('payments-sandbox'), { state: 'removing', sinceS: 8 })
  await show(ground, s('webhooks'), { state: 'failed', sinceS: 5_200, failure: BUILD_FAILURE })
  await show(ground, s('image-resizer'), { state: 'running', sinceS: 77_000, memoryMib: 97, cpuMilli: 33 })
  await show(ground, s('experiment'), { state: 'not_deployed' })
}

const BUILD_FAILURE = { reason: 'build_failed' as const, message: '`npm run build` ended with exit code 2: src/routes/index.ts(41,7): error TS2322: Type \'string | undefined\' is not assignable to type \'string\'.' }

/** Changes that are not deployed: of settings, of the source, of variables. */
async function stage(ground: Ground, ids: Record<string, string>): Promise<void> {
  await ground.call(serviceUpdate, { serviceId: ids.docs!, source: git('docs', 'next') })
  await ground.call(variableReplace, { serviceId: ids.web!, variables: { API_URL: plain('${{api.URL}}'), ...manyVariables(97), FEATURE_NEW_BASKET: { value: 'true', secret: false }, FEATURE_GIFT_CARDS: { value: 'false', secret: false } } })
  await ground.call(serviceHold, { serviceId: ids['image-resizer']!, reason: 'Wait for the new disk before anything is deployed here.' })
}

/** As many as a large application has, some secret, some long. */
function manyVariables(count: number): Record<string, { value: string; secret: boolean }> {
  const areas = ['AUTH', 'CDN', 'MAIL', 'PAYMENT', 'SEARCH', 'FEATURE', 'METRICS', 'PARTNER', 'SHIPPING', 'TAX']
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const area = areas[index % areas.length]!
      const secret = index % 7 === 3
      const key = secret ? `${area}_SECRET_${index}` : index % 11 === 5 ? `${area}_ALLOWED_ORIGINS_FOR_CROSS_SITE_REQUESTS_${index}` : `${area}_SETTING_${index}`
      return [key, { value: secret ? `demo-${index}-0123456789abcdef` : index % 11 === 5 ? 'https://shop.example.com,https://admin.example.com,https://partner-of-the-shop.example.org' : `value ${index}`, secret }]
    }),
  )
}
