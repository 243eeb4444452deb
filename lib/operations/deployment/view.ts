import type { DeploymentSnapshotView, DeploymentView, StageView } from '../../contract/deployment'
import type { Db } from '../../db/connection'
import { find, type ShownDeployment } from '../../db/queries/deployments'
import { beforeDeployments, type SnapshotRow } from '../../db/queries/snapshots'
import { ofDeployments, type StageRow } from '../../db/queries/stages'
import { publicUrl } from '../../domain/address'
import { STAGES } from '../../domain/deployment-status'
import { canRollBack } from '../../domain/service-can'
import { notFound } from '../../errors'
import type { Ctx } from '../context'
import { waitingIn } from './waiting'

type Ingress = { domain: string; port: number }

/** Deployments with their stages: one query more, another while one is released and for what was copied before them, however many they are. */
export async function toDeploymentViews(db: Db, rows: readonly ShownDeployment[], ingress: Ingress): Promise<DeploymentView[]> {
  const stages = await ofDeployments(db, rows.map((row) => row.id))
  const waiting = await waitingIn(db, rows.flatMap((row) => (row.status === 'releasing' ? [row.environmentId] : [])))
  const copied = await beforeDeployments(db, rows.map((row) => row.id).filter((id) => stages.get(id)?.some(({ name }) => name === 'snapshot')))
  return rows.map((row) => toView(row, { stages: stages.get(row.id) ?? [], waitsFor: waiting.get(row.id) ?? [], snapshots: copied.filter(({ deploymentId }) => deploymentId === row.id) }, ingress))
}

/** Reads a deployment and shows it; `not_found` when its service is being deleted. */
export async function deploymentView(ctx: Pick<Ctx, 'db' | 'config'>, id: string): Promise<DeploymentView> {
  const row = await find(ctx.db, id)
  if (!row) throw notFound('deployment')
  const [view] = await toDeploymentViews(ctx.db, [row], ctx.config.ingress)
  return view!
}

type Beside = { stages: readonly StageRow[]; waitsFor: string[]; snapshots: readonly SnapshotRow[] }

function toView(row: ShownDeployment, { stages, waitsFor, snapshots }: Beside, ingress: Ingress): DeploymentView {
  return {
    id: row.id,
    serviceId: row.serviceId,
    number: row.number,
    status: row.status,
    trigger: row.trigger,
    source: row.spec.source,
    revision: row.revision,
    recipe: row.recipe,
    stages: STAGES.flatMap((name) => stages.filter((stage) => stage.name === name)).map(toStageView),
    snapshots: snapshots.map(toSnapshotView),
    failure: row.failureReason === null ? null : { reason: row.failureReason, message: row.failureMessage ?? '' },
    image: row.image && { id: row.image.id, digest: row.image.digest, sizeBytes: row.image.sizeBytes, ports: row.image.ports },
    canRollBack: canRollBack({ ...row, wasActive: row.activatedAt !== null }) === null,
    waitsFor,
    reuses: row.reusesDeploymentId,
    pauseMs: row.pauseMs,
    harm: row.harm,
    traceId: row.traceId,
    createdBy: row.person,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    url: row.spec.source.type === 'database' ? '' : publicUrl(row.hostLabel, ingress),
  }
}

function toStageView({ name, status, startedAt, finishedAt, error }: StageRow): StageView {
  return {
    name,
    status,
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    durationMs: startedAt && finishedAt ? Math.max(0, finishedAt.getTime() - startedAt.getTime()) : null,
    error,
  }
}

function toSnapshotView({ id, sourceName, serviceId, volumeId, status, message, sizeBytes, startedAt, finishedAt }: SnapshotRow): DeploymentSnapshotView {
  return { id, source: sourceName, serviceId, volumeId, status: status as DeploymentSnapshotView['status'], message, sizeBytes, startedAt: startedAt?.toISOString() ?? null, finishedAt: finishedAt?.toISOString() ?? null }
}
