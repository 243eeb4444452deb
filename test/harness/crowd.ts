import { mkdirSync } from 'node:fs'

import { ServiceSettings } from '../../lib/contract/service-settings'
import { newId } from '../../lib/ids'
import { sealEnvironment } from '../../lib/secrets/sealed-environment'
import { sealFrozen, sealVariable } from '../../lib/secrets/sealed-variables'
import type { TestEngine } from './engine'

// Many services at once, as if each had been drawn and deployed: by SQL, because a thousand deployments take minutes.

export type Crowd = { environmentId: string; count: number; /** Deployments of each, the last one active. */ deployments?: number; lines?: number }

const AT_ONCE = 500

/** Fills an environment with services that have served before; their processes are started by the next look. */
export async function drawCrowd(t: TestEngine, { environmentId, count, deployments = 1, lines = 0 }: Crowd): Promise<string[]> {
  const { seal } = t.platform
  const settings = ServiceSettings.parse({})
  const source = { type: 'template', template: 'static-site' }
  const rows = Array.from({ length: count }, (_, index) => {
    const serviceId = newId('service')
    const ids = Array.from({ length: deployments }, () => newId('deployment'))
    const artifactId = newId('artifact')
    mkdirSync(t.engine.paths.artifact(artifactId), { recursive: true })
    const [key, value] = ['OTHER', index === 0 ? 'nobody' : `\${{service-${index - 1}.EASEL_URL}}`]
    return { serviceId, index, artifactId, ids, activeId: ids.at(-1)!, key, valueSealed: sealVariable(seal, { serviceId, key: key! }, value!) }
  })
  const spec = JSON.stringify({ source, settings, ref: null })
  const recipe = { version: 1, provider: 'static', framework: 'static', packageManager: 'none', nodeRange: null, rootDirectory: '', install: [], build: [], start: { kind: 'files', directory: '', fallback: null }, cacheDirectories: [], decisions: [], notes: [] }
  const put = async (table: string, columns: string, values: readonly Record<string, unknown>[]) => {
    for (let from = 0; from < values.length; from += AT_ONCE) {
      await t.database.sql.unsafe(`insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::text::jsonb)`, [JSON.stringify(values.slice(from, from + AT_ONCE))])
    }
  }
  const at = t.clock.now.toISOString()
  await put('services', 'id, environment_id, name, host_label, source, settings, target_deployment_id, active_deployment_id, x, y, desired, desired_at, generation, config_revision, created_at', rows.map(({ serviceId, index, activeId }) => ({
    id: serviceId, environment_id: environmentId, name: `service-${index}`, host_label: `${serviceId.slice(4)}`, source, settings, target_deployment_id: activeId, active_deployment_id: activeId, x: index, y: 0,
    desired: 'running', desired_at: at, generation: 1, config_revision: 1, created_at: at,
  })))
  await put('artifacts', 'id, service_id, start, working_directory, size_bytes, created_at', rows.map(({ serviceId, artifactId }) => ({ id: artifactId, service_id: serviceId, start: recipe.start, working_directory: '', size_bytes: 1, created_at: at })))
  const frozen = (serviceId: string, id: string, number: number, isActive: boolean, artifactId: string) => ({
    id, service_id: serviceId, number, status: isActive ? 'active' : 'retired', trigger: 'manual', spec: JSON.parse(spec) as unknown, recipe, variables_sealed: sealFrozen(seal, id, {}),
    environment_sealed: isActive ? sealEnvironment(seal, id, { variables: {}, secrets: [] }) : null, config_revision: 1, generation: 1, artifact_id: artifactId,
    created_at: at, started_at: at, released_at: at, activated_at: at, finished_at: at, retired_at: isActive ? null : at,
  })
  await put('deployments', 'id, service_id, number, status, trigger, spec, recipe, variables_sealed, environment_sealed, config_revision, generation, artifact_id, created_at, started_at, released_at, activated_at, finished_at, retired_at',
    rows.flatMap(({ serviceId, ids, artifactId }) => ids.map((id, index) => frozen(serviceId, id, index + 1, index === ids.length - 1, artifactId))))
  await put('stages', 'deployment_id, name, status, started_at, finished_at, attempts', rows.flatMap(({ ids }) => ids.flatMap((id) => ['fetch', 'detect', 'build', 'release', 'start'].map((name) => ({ deployment_id: id, name, status: 'done', started_at: at, finished_at: at, attempts: 1 })))))
  await put('variables', 'id, service_id, key, value_sealed, secret, updated_at', rows.map(({ serviceId, key, valueSealed }) => ({ id: newId('variable'), service_id: serviceId, key, value_sealed: valueSealed, secret: false, updated_at: at })))
  if (lines > 0) {
    await t.database.sql`
      insert into log_lines (environment_id, service_id, deployment_id, kind, stream, part, at, text)
      select s.environment_id, s.id, s.active_deployment_id, 'runtime', 'stdout', '0', now(), 'line ' || n from services s, generate_series(1, ${lines}) n where s.environment_id = ${environmentId}`
  }
  return rows.map(({ serviceId }) => serviceId)
}
