import { authRegister } from '../../lib/contract/auth'
import { alertSaveRule, alertSilence } from '../../lib/contract/alert'
import { channelCreate } from '../../lib/contract/channel'
import { deploymentCreate } from '../../lib/contract/deployment'
import { drainCreate } from '../../lib/contract/drain'
import { domainCreate } from '../../lib/contract/domain'
import { groupCreate } from '../../lib/contract/group'
import { invitationCreate, sshKeyCreate } from '../../lib/contract/organization'
import { registryCreate } from '../../lib/contract/registry'
import { serviceCreate, variableReplace } from '../../lib/contract/service'
import { storeCreate } from '../../lib/contract/store'
import { targetCreate } from '../../lib/contract/target'
import { volumeCreate } from '../../lib/contract/volume'
import { newId } from '../../lib/ids'
import type { SignedIn, TestPlatform } from './platform'

type Whose = { as: SignedIn; organizationId: string }

/** One of everything that belongs to an organization, by the names that the contract has for their ids. */
export async function possessionsOf(t: TestPlatform, { as, organizationId }: Whose) {
  const { projectId, environmentId } = await t.project(as)
  const service = await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'node-service' } }, { as })
  await t.call(variableReplace, { serviceId: service.id, variables: { KEY: 'a secret value' } }, { as })
  const deployment = await t.call(deploymentCreate, { serviceId: service.id }, { as })
  const target = await t.call(targetCreate, { organizationId, name: 'build-1', connection: { kind: 'ssh', host: 'build-1.example.com', user: 'easel' } }, { as })
  const key = await t.call(sshKeyCreate, { organizationId, name: 'deploy' }, { as })
  const registry = await t.call(registryCreate, { organizationId, name: 'images', server: 'ghcr.io', username: 'owner', password: 'a token' }, { as })
  const store = await t.call(storeCreate, { organizationId, name: 'offsite', endpoint: 'https://s3.example.com', bucket: 'snapshots', accessKeyId: 'owner', secret: 'a secret' }, { as })
  const channel = await t.call(channelCreate, { organizationId, name: 'on call', settings: { kind: 'webhook', url: 'https://pager.example.com/hook' }, secret: 'a secret' }, { as })
  const drain = await t.call(drainCreate, { organizationId, name: 'log store', environmentId, settings: { kind: 'http', url: 'https://logs.example.com/in' }, secret: { headers: { Authorization: 'a secret' } } }, { as })
  const domain = await t.call(domainCreate, { serviceId: service.id, hostname: `shop-${service.id.slice(-6)}.easel-possessions.com` }, { as })
  const certificateId = newId('certificate')
  await t.database.sql`insert into certificates (id, domain_id, source, hosts, chain_pem, key_sealed, fingerprint, issuer, not_before, not_after) values (${certificateId}, ${domain.id}, 'uploaded', ${[domain.hostname]}, '', '', '', 'Some authority', now(), now())`
  const { key: ruleKey } = await t.call(alertSaveRule, { environmentId, kind: 'cpu', serviceId: service.id, threshold: 50, forSeconds: 60 }, { as })
  const silence = await t.call(alertSilence, { environmentId, serviceId: service.id, minutes: 60 }, { as })
  const alertId = newId('alert')
  await t.database.sql`insert into alerts (id, organization_id, environment_id, rule_key, kind, subject_id, subject_name, service_id, state, value, threshold, for_seconds, since, fired_at, flaps, counted_ms, looked_at, is_seen)
    values (${alertId}, ${organizationId}, ${environmentId}, 'down', 'down', ${service.id}, 'api', ${service.id}, 'firing', 1, 0, 60, now(), now(), 0, 0, now(), true)`
  const runId = newId('run')
  const snapshotId = newId('snapshot')
  await t.database.sql`insert into snapshots (id, environment_id, source_name, trigger, status) values (${snapshotId}, ${environmentId}, 'data', 'manual', 'failed')`
  await t.database.sql`insert into runs (id, service_id, deployment_id, trigger, status, due_at) values (${runId}, ${service.id}, ${deployment.id}, 'schedule', 'queued', now())`
  const volume = await t.call(volumeCreate, { environmentId, name: 'data' }, { as })
  const group = await t.call(groupCreate, { environmentId, name: 'Backend' }, { as })
  const restoreId = newId('restore')
  await t.database.sql`insert into restores (id, environment_id, snapshot_id, volume_id, is_new, status) values (${restoreId}, ${environmentId}, ${snapshotId}, ${volume.id}, false, 'failed')`
  const uploadId = newId('upload')
  await t.database.sql`insert into uploads (id, project_id, name, digest, size_bytes, files, unpacked_bytes) values (${uploadId}, ${projectId}, 'web', ${'0'.repeat(64)}, 100, 1, 100)`
  const rotationId = newId('rotation')
  await t.database.sql`insert into rotations (id, service_id, status) values (${rotationId}, ${service.id}, 'done')`
  // Longer than any other number, so that it is found nowhere by chance.
  const lineId = String(900_000_000_000_000 + Math.floor(Math.random() * 1e12))
  await t.database.sql`insert into log_lines (id, environment_id, service_id, deployment_id, kind, stream, at, text) values (${lineId}, ${environmentId}, ${service.id}, ${deployment.id}, 'runtime', 'stdout', now(), 'printed: a secret value')`
  const [job] = await t.database.sql<{ id: string }[]>`select 'job_' || id as id from graphile_worker._private_jobs limit 1`
  return { organizationId, projectId, environmentId, serviceId: service.id, deploymentId: deployment.id, runId, snapshotId, restoreId, sshKeyId: key.id, registryId: registry.id, storeId: store.id, targetId: target.id, volumeId: volume.id, groupId: group.id, uploadId, rotationId, lineId, channelId: channel.id, drainId: drain.id, domainId: domain.id, certificateId, ruleKey, silenceId: silence.id, alertId, jobId: job!.id }
}

/** Someone with an organization of their own on the same instance. */
export async function strangerTo(t: TestPlatform, owner: SignedIn): Promise<{ stranger: SignedIn; organizationId: string }> {
  const invitation = await t.call(invitationCreate, { organizationId: owner.organization!.id, email: 'stranger@example.com', role: 'viewer' }, { as: owner })
  const stranger = await t.call(authRegister, { email: 'stranger@example.com', password: 'correct horse', name: 'Sam Stranger', invitation: invitation.token })
  const organizationId = newId('organization')
  await t.database.sql`insert into organizations (id, name, slug) values (${organizationId}, 'Elsewhere', 'elsewhere')`
  await t.database.sql`delete from members where user_id = ${stranger.user.id}`
  await t.database.sql`insert into members (organization_id, user_id, role) values (${organizationId}, ${stranger.user.id}, 'owner')`
  return { stranger, organizationId }
}
