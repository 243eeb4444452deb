import { sql } from 'drizzle-orm'

import { RestartSettings } from '../../../contract/service-settings'
import type { Watched, WatchedDomain, WatchedService, WatchedVolume } from '../../../domain/alert/readings'
import type { Disk } from '../../../domain/storage'
import type { Db } from '../../connection'

// What alerts are made of, of every environment at once: one consistent read of a few queries, however many environments there are.

const DEFAULT_RESTART = RestartSettings.parse({})
/** More than anybody draws; beyond it nothing is watched, and the newest come first. */
const MOST_SERVICES = 20_000
const TRAFFIC_MS = 60_000
/** Where nothing comes, nothing is noted every ten seconds, as long as the ingress answers. Older, and nobody knows. */
const COUNTED_MS = 30_000
const USE_MS = 60_000
/** A worker that has not been heard of for so long says nothing of the disk. */
const BEAT_MS = 60_000

export type WatchedEnvironment = Watched & { organizationId: string; projectId: string }

type EnvironmentRow = { id: string; name: string; organizationId: string; projectId: string; isTroubled: boolean; kind: string; seenDisk: Disk | null }
type ServiceRow = { id: string; name: string; environmentId: string; version: (NonNullable<WatchedService['version']> & { id: string }) | null; decided: { failed: boolean; at: number } | null; isUnderWay: boolean }
type Rows<T> = { environmentId?: string; serviceId?: string } & T

/** Everything that is watched now. */
export function watchedNow(db: Db, now: Date): Promise<WatchedEnvironment[]> {
  return db.transaction(
    async (tx) => {
      const services = await servicesIn(tx)
      const replicas = groupBy(await replicasIn(tx), ({ serviceId }) => serviceId!)
      const uses = groupBy(await usesIn(tx, now), ({ serviceId }) => serviceId!)
      const traffic = await trafficIn(tx, now)
      const volumes = groupBy(await volumesIn(tx), ({ environmentId }) => environmentId!)
      const domains = groupBy(await domainsIn(tx, now), ({ environmentId }) => environmentId!)
      const dataDisk = await dataDiskIn(tx, now)
      const ofEnvironment = groupBy(services, ({ environmentId }) => environmentId)
      return (await environmentsIn(tx)).map(({ id, name, organizationId, projectId, isTroubled, kind, seenDisk }) => ({
        environmentId: id,
        environmentName: name,
        organizationId,
        projectId,
        isTroubled,
        services: (ofEnvironment.get(id) ?? []).map((service) => ({
          id: service.id,
          name: service.name,
          version: service.version,
          replicas: replicas.get(service.id) ?? [],
          uses: uses.get(service.id) ?? [],
          traffic: traffic.get(service.id) ?? null,
          deployments: { decided: service.decided, isUnderWay: service.isUnderWay },
        })),
        volumes: volumes.get(id) ?? [],
        domains: domains.get(id) ?? [],
        disk: kind === 'docker' ? seenDisk : dataDisk,
      }))
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

async function environmentsIn(tx: Db): Promise<EnvironmentRow[]> {
  return [...(await tx.execute<EnvironmentRow>(sql`
    select e.id, e.name, p.organization_id as "organizationId", p.id as "projectId", e.trouble is not null as "isTroubled", t.kind, ts.seen -> 'disk' as "seenDisk"
    from environments e join projects p on p.id = e.project_id join targets t on t.id = e.target_id left join target_storage ts on ts.target_id = t.id
    where e.deleted_at is null and p.deleted_at is null order by e.id`))]
}

async function servicesIn(tx: Db): Promise<ServiceRow[]> {
  return [...(await tx.execute<ServiceRow>(sql`
    select s.id, s.name, s.environment_id as "environmentId",
      case when s.desired = 'running' and s.sleeping_at is null and a.id is not null and coalesce(jsonb_typeof(a.spec -> 'settings' -> 'cron'), 'null') = 'null'
        then jsonb_build_object('id', a.id, 'replicas', coalesce((a.spec -> 'settings' ->> 'replicas')::int, 1), 'restart', coalesce(a.spec -> 'settings' -> 'restart', ${JSON.stringify(DEFAULT_RESTART)}::jsonb), 'isCron', false) end as version,
      (select jsonb_build_object('failed', d.status = 'failed', 'at', extract(epoch from coalesce(d.finished_at, d.activated_at, d.created_at)) * 1000)
        from deployments d where d.service_id = s.id and d.status in ('active', 'retired', 'failed') order by d.number desc limit 1) as decided,
      exists (select 1 from deployments d where d.service_id = s.id and d.status in ('queued', 'building', 'releasing')) as "isUnderWay"
    from services s left join deployments a on a.id = s.active_deployment_id
    where s.desired <> 'deleted' order by s.id desc limit ${MOST_SERVICES}`))]
}

type ReplicaRow = Rows<WatchedService['replicas'][number]>

async function replicasIn(tx: Db): Promise<ReplicaRow[]> {
  return [...(await tx.execute<ReplicaRow>(sql`
    select w.service_id as "serviceId", w.phase, w.health, w.exit_code as "exitCode", w.exit_signal as "exitSignal", w.exit_by_platform as "exitByPlatform", w.crashes, (extract(epoch from w.observed_at) * 1000)::float8 as "observedAt"
    from workloads w join services s on s.active_deployment_id = w.deployment_id where w.role = 'service'`))]
}

type UseRow = Rows<WatchedService['uses'][number]>

/** Of each replica by the newest look of the last minute: what is that young is never packed. A part that has several workloads is measured together. */
async function usesIn(tx: Db, now: Date): Promise<UseRow[]> {
  return [...(await tx.execute<UseRow>(sql`
    select "serviceId", max(value) filter (where measure = 'memory') as "memoryBytes", max("limit") filter (where measure = 'memory') as "memoryLimitBytes",
      max(value) filter (where measure = 'cpu') as "cpuMilli", max("limit") filter (where measure = 'cpu') as "cpuLimitMilli"
    from (
      select distinct on (m.id) s.id as "serviceId", m.part, m.measure, m."limit", p.value
      from services s join metric_series m on m.environment_id = s.environment_id and m.service_id = s.id and m.deployment_id = s.active_deployment_id join metric_points p on p.series_id = m.id
      where m.measure in ('cpu', 'memory') and p.at > ${before(now, USE_MS)}::timestamptz and p.at <= ${now.toISOString()}::timestamptz
      order by m.id, p.at desc) as newest
    group by "serviceId", part having bool_or(measure = 'memory')`))]
}

type TrafficRow = { serviceId: string; requests: number; failed: number; besideRequests: number; besideFailed: number; latencies: Record<string, number> | null }

/** The same of what was answered, by the version that should run and without any. Where nothing came, that is noted: a service without a row was not counted. */
async function trafficIn(tx: Db, now: Date): Promise<Map<string, NonNullable<WatchedService['traffic']>>> {
  const rows = await tx.execute<TrafficRow>(sql`
    select "serviceId", coalesce(sum(sum) filter (where measure = 'requests' and "isOwn"), 0) as requests, coalesce(sum(sum) filter (where measure = 'errors' and "isOwn"), 0) as failed,
      coalesce(sum(sum) filter (where measure = 'requests' and not "isOwn"), 0) as "besideRequests", coalesce(sum(sum) filter (where measure = 'errors' and not "isOwn"), 0) as "besideFailed",
      jsonb_object_agg(bucket, sum) filter (where measure = 'latency') as latencies
    from (
      select s.id as "serviceId", m.deployment_id is not null as "isOwn", m.measure, m.bucket, sum(p.value) as sum, max(p.at) as at
      from services s join metric_series m on m.environment_id = s.environment_id and m.service_id = s.id join metric_points p on p.series_id = m.id
      where (m.deployment_id = s.active_deployment_id and m.measure in ('requests', 'errors', 'latency') or m.deployment_id is null and m.measure in ('requests', 'errors'))
        and p.at > ${before(now, TRAFFIC_MS)}::timestamptz and p.at <= ${now.toISOString()}::timestamptz
      group by s.id, m.deployment_id is not null, m.measure, m.bucket) as counted
    group by "serviceId" having max(at) filter (where measure = 'requests') > ${before(now, COUNTED_MS)}::timestamptz`)
  return new Map([...rows].map(({ serviceId, requests, failed, besideRequests, besideFailed, latencies }) => [serviceId, { requests, failed, besides: { requests: besideRequests, failed: besideFailed }, latencies: Object.entries(latencies ?? {}).map(([bound, count]) => [Number(bound), count] as const) }]))
}

type VolumeRow = Rows<WatchedVolume>

async function volumesIn(tx: Db): Promise<VolumeRow[]> {
  return [...(await tx.execute<VolumeRow>(sql`
    select v.id, coalesce(case when s.source ->> 'type' = 'database' then s.name end, v.name) as name, v.environment_id as "environmentId", v.service_id as "serviceId", v.size_bytes::float8 as "sizeBytes", v.limit_mib as "limitMib",
      (select jsonb_build_object('failed', n.status = 'failed', 'at', extract(epoch from coalesce(n.finished_at, n.created_at)) * 1000)
        from snapshots n where n.volume_id = v.id and n.status in ('done', 'failed') and n.trigger in ('manual', 'schedule') order by n.id desc limit 1) as snapshot
    from volumes v left join services s on s.id = v.service_id where v.deleted_at is null`))]
}

/** Host names that are somebody's, each with the certificate that it is served with: as `servedCertificates` has it. */
async function domainsIn(tx: Db, now: Date): Promise<Rows<WatchedDomain>[]> {
  const at = now.toISOString()
  return [...(await tx.execute<Rows<WatchedDomain>>(sql`
    select distinct on (d.id) d.id, d.hostname, d.service_id as "serviceId", d.environment_id as "environmentId", (extract(epoch from c.not_before) * 1000)::float8 as "notBefore", (extract(epoch from c.not_after) * 1000)::float8 as "notAfter"
    from domains d join services s on s.id = d.service_id join certificates c on c.domain_id = d.id
    where d.owned_at is not null and d.state <> 'failed' and s.desired <> 'deleted' and c.revoked_at is null
    order by d.id, (c.not_before <= ${at}::timestamptz and c.not_after > ${at}::timestamptz) desc, c.created_at desc, c.id desc`))]
}

async function dataDiskIn(tx: Db, now: Date): Promise<Disk | null> {
  const [row] = await tx.execute<{ disk: Disk | null }>(sql`select detail -> 'disk' as disk from heartbeats where at > ${before(now, BEAT_MS)}::timestamptz and detail ? 'disk' order by at desc limit 1`)
  return row?.disk ?? null
}

function before(now: Date, ms: number): string {
  return new Date(now.getTime() - ms).toISOString()
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}
