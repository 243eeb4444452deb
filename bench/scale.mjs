// Fills a product for measurements of scale: a thousand services in one organization, 200 of them in one environment, each
// with fifty deployments and 200 lines. Services are drawn by REST; what they have behind them is written by SQL.
import postgres from 'postgres'

import { databaseUrl } from './product.mjs'

const PROJECTS = 5
const EACH = 200
const DEPLOYMENTS = 50
const LINES = 200
const AT_ONCE = 8

/** Returns the environments, each with 200 services. */
export async function fill({ api, folder }) {
  const environments = []
  for (let i = 0; i < PROJECTS; i++) {
    const { body } = await api('POST', '/projects', { name: `Scale ${i}` })
    const { id } = body.environments[0]
    environments.push(id)
    for (let from = 0; from < EACH; from += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, EACH - from) }, (_, n) => draw(api, id, from + n)))
    }
  }
  const sql = postgres(databaseUrl(folder), { max: 1, onnotice: () => {} })
  try {
    // None is active: nothing is to be run for them.
    await sql`
      insert into deployments (id, service_id, number, status, trigger, spec, variables_sealed, config_revision, failure_reason, failure_message, created_at, started_at, finished_at)
      select 'dep_' || substr(md5(s.id || n), 1, 22), s.id, n, case when n = ${DEPLOYMENTS} then 'failed' else 'superseded' end, 'manual',
        jsonb_build_object('source', s.source, 'settings', s.settings, 'ref', null), '', 1, 'build_failed', 'For the measurement.', now(), now(), now()
      from services s, generate_series(1, ${DEPLOYMENTS}) n`
    await sql`
      insert into stages (deployment_id, name, status, started_at, finished_at)
      select d.id, stage, 'done', now(), now() from deployments d, unnest(array['fetch', 'detect', 'install', 'build']) stage`
    await sql`
      insert into log_lines (environment_id, service_id, deployment_id, kind, stream, at, text)
      select s.environment_id, s.id, 'dep_' || substr(md5(s.id || ${DEPLOYMENTS}::int), 1, 22), 'build', 'stdout', now(), 'line ' || n from services s, generate_series(1, ${LINES}) n`
    await sql`analyze`
  } finally {
    await sql.end({ timeout: 5 })
  }
  return environments
}

function draw(api, environmentId, index) {
  return api('POST', `/environments/${environmentId}/services`, { name: `service-${index}`, source: { type: 'template', template: 'static-site' }, x: index, y: 0 })
}
