import { sql } from 'drizzle-orm'

import { stores } from '../db/schema/store'
import { snapshotPlans, snapshots } from '../db/schema/snapshot'
import { levelNumber } from '../domain/log-level'
import { newId } from '../ids'
import { readLine } from '../telemetry/line/read'
import { ago, type Ground } from './ground'
import type { Storefront } from './storefront'

const DAY = 86_400

/** Snapshots of the database and of a volume, one of each kind, with trial restores that succeeded and one that did not. */
export async function keepSnapshots(ground: Ground, { environmentId, databases, uploadsId }: Storefront): Promise<void> {
  const { db } = ground.database
  await db.delete(stores)
  const row = (over: Partial<typeof snapshots.$inferInsert> & { createdS: number }) => {
    const { createdS, ...rest } = over
    const at = ago(ground, createdS)
    const isDone = (rest.status ?? 'done') === 'done'
    return {
      id: newId('snapshot'), environmentId, volumeId: databases.postgres.volumeId, serviceId: databases.postgres.id, sourceName: 'postgres', engine: 'postgres' as const, version: '18', trigger: 'schedule' as const,
      status: 'done' as const, format: 'postgres-base' as const, compression: 'zstd' as const, sizeBytes: isDone ? 801_000_000 - createdS * 60 : null, contentBytes: isDone ? 3_650_000_000 : null,
      sha256: isDone ? '5d41402abc4b2a76b9719d911017c592ae2f1f7b3c1d6e90d2a4f6c38c1f27ad' : null, createdAt: at, startedAt: rest.status === 'queued' ? null : at, finishedAt: isDone ? ago(ground, createdS - 41) : null, ...rest,
    }
  }
  const proven = (s: number) => ({ provenAt: ago(ground, s), isProven: true, proof: 'PostgreSQL started with it and answered; 48 tables were read.' })
  const volume = { volumeId: uploadsId, serviceId: null, sourceName: 'uploads', engine: null, version: null, format: 'files' as const }
  await db.insert(snapshots).values([
    row({ createdS: 5 * DAY, ...proven(4.9 * DAY), isPinned: true, trigger: 'manual' }),
    row({ createdS: 4 * DAY, provenAt: ago(ground, 3.9 * DAY), isProven: false, proof: 'PostgreSQL did not start with it: the log that makes its files one moment ends too early.' }),
    row({ createdS: 3 * DAY, status: 'failed', message: 'The disk of the data folder is full: 812 MB are needed and 96 MB are free.', finishedAt: ago(ground, 3 * DAY - 9) }),
    row({ createdS: 2 * DAY, trigger: 'deploy' }),
    row({ createdS: DAY, ...proven(0.9 * DAY) }),
    row({ createdS: 38, status: 'running', trigger: 'manual' }),
    row({ createdS: 2 * DAY, ...volume, contentBytes: 19_800_000_000, sizeBytes: 17_200_000_000 }),
    row({ createdS: DAY, ...volume, contentBytes: 19_900_000_000, sizeBytes: 17_300_000_000 }),
  ])
  await db.insert(snapshotPlans).values({ volumeId: databases.postgres.volumeId, schedule: '0 2 * * *', timeZone: 'Europe/Zurich', keepCount: 14, keepDays: 30, dueAt: ground.now, drillSchedule: '0 5 * * 0', drillDueAt: ground.now })
}

const LINES = [
  '{"level":"info","msg":"request","method":"GET","path":"/products/linen-apron","status":200,"ms":12}',
  'GET /products?page=3 200 18 ms',
  '\u001b[33mwarn\u001b[0m  slow query: 812 ms  select * from orders where shop = $1 order by placed desc limit 50',
  'GET /basket 200 9 ms',
  '\u001b[31merror\u001b[0m TypeError: Cannot read properties of undefined (reading \'currency\')\n    at formatPrice (/srv/src/price.ts:41:19)\n    at renderBasket (/srv/src/routes/basket.ts:118:12)\n    at async handle (/srv/node_modules/router/index.js:204:5)',
  'POST /basket/items 201 31 ms',
  '\u001b[36mdebug\u001b[0m cache hit category:aprons',
]

/** What came to services by way of the ingress. */
const REQUESTS = [
  { method: 'GET', path: '/products', route: '/products', status: 200, durationMs: 18, level: 'info' },
  { method: 'GET', path: '/products/4711', route: '/products/{id}', status: 200, durationMs: 11, level: 'info' },
  { method: 'POST', path: '/basket/items', route: '/basket/items', status: 201, durationMs: 31, level: 'info' },
  { method: 'GET', path: '/products/9000', route: '/products/{id}', status: 404, durationMs: 6, level: 'warn' },
  { method: 'GET', path: '/basket', route: '/basket', status: 500, durationMs: 212, level: 'error' },
] as const

/** What services printed, what came to them, and what their builds did. */
export async function keepLogs(ground: Ground): Promise<void> {
  const { db } = ground.database
  const build = JSON.stringify(['Cloning https://git.example.com/atelier …', 'Reading the source: express, npm, Node >=20', '$ npm ci', 'added 412 packages in 9 s', '$ npm run build', '> tsc -p . && vite build', 'vite v7 building for production…', '✓ 1204 modules transformed.'])
  await db.execute(sql`
    insert into log_lines (environment_id, service_id, deployment_id, kind, stream, part, at, text)
    select s.environment_id, d.service_id, d.id, 'build', 'stdout', null, d.created_at + make_interval(secs => n * 2), (${build}::json ->> n::int)
    from deployments d join services s on s.id = d.service_id, generate_series(0, 7) n where d.recipe is not null order by d.created_at, d.id, n`)
  await db.execute(sql`
    insert into log_lines (environment_id, service_id, deployment_id, kind, stream, part, at, text)
    select s.environment_id, d.service_id, d.id, 'build', 'stderr', null, d.finished_at, d.failure_message from deployments d join services s on s.id = d.service_id where d.status = 'failed'`)
  const printed = JSON.stringify(LINES.map((text) => ({ text, ...readLine(text) })).map(({ text, level, message, attributes }) => ({ text, level: level && levelNumber(level), message, attributes })))
  await db.execute(sql`
    insert into log_lines (environment_id, service_id, deployment_id, kind, stream, part, at, level, message, attributes, text)
    select s.environment_id, s.id, s.active_deployment_id, 'runtime', case when n % 7 = 4 then 'stderr' else 'stdout' end, '0', now() - make_interval(secs => (240 - n) * 2), l.level, l.message, l.attributes, l.text
    from services s, generate_series(1, 240) n, lateral jsonb_to_record(${printed}::jsonb -> (n % 7)::int) as l(level smallint, message text, attributes jsonb, text text)
    where s.name in ('web', 'api', 'orders-api') order by n`)
  const asked = JSON.stringify(REQUESTS.map(({ level, ...request }) => ({ level: levelNumber(level), attributes: request, text: `${request.method} ${request.path} ${request.status} ${request.durationMs} ms` })))
  await db.execute(sql`
    insert into log_lines (environment_id, service_id, deployment_id, kind, stream, part, at, level, attributes, text)
    select s.environment_id, s.id, s.active_deployment_id, 'http', 'stdout', '0', now() - make_interval(secs => (180 - n) * 3), l.level, l.attributes || jsonb_build_object('requestId', 'req-' || n), l.text
    from services s, generate_series(1, 180) n, lateral jsonb_to_record(${asked}::jsonb -> (n % ${REQUESTS.length})::int) as l(level smallint, attributes jsonb, text text)
    where s.name in ('web', 'api') order by n`)
  await db.execute(sql`delete from log_blocks`)
}

/** Spreads what was done while drawing over the last weeks, and adds what only a running platform records. */
export async function keepHistory(ground: Ground, { projectId, environmentId, ids }: Storefront): Promise<void> {
  const { db } = ground.database
  await db.execute(sql`update events set at = now() - interval '20 days' + (id - (select min(id) from events)) * (interval '13 days' / (select count(*) from events))`)
  const add = (type: string, name: string, days: number, data: Record<string, unknown> = {}, actorName = 'Easel') =>
    db.execute(sql`
      insert into events (type, at, organization_id, project_id, environment_id, service_id, deployment_id, actor_id, actor_name, subject, data)
      select ${type}, now() - make_interval(secs => ${days * DAY}), ${ground.organizationId}, ${projectId}, ${environmentId}, s.id, coalesce(s.active_deployment_id, s.target_deployment_id), (select id from users where name = ${actorName}), ${actorName}, s.name, ${JSON.stringify(data)}::text::jsonb
      from services s where s.id = ${ids[name]!}`)
  await add('deployment.active', 'docs', 6)
  await add('service.crashed', 'mailer', 5.2, { exitCode: 1 })
  await add('service.stopped', 'old-shop', 4, {}, 'Grace Okafor')
  await add('variables.replaced', 'web', 2.4, { set: ['FEATURE_NEW_BASKET'], removed: [] }, 'Grace Okafor')
  await add('variable.revealed', 'api', 2, { key: 'STRIPE_SECRET_KEY' }, 'Ada Lindqvist')
  await add('service.slept', 'blog', 0.2)
  await add('deployment.active', 'web', 0.06)
  await add('deployment.failed', 'webhooks', 0.06)
  await add('service.crashed', 'recommendations', 0.007, { exitCode: 137 })
  await add('service.unhealthy', 'api', 0.004)
  await add('deployment.building', 'admin', 0.0005)
}
