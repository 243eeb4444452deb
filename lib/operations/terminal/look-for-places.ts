import type { TerminalPlace } from '../../contract/terminal'
import type { Db } from '../../db/connection'
import type { ServiceRow } from '../../db/queries/services'
import { running, targetOf, type RunningRow } from '../../db/queries/terminals'
import { canOpenTerminal } from '../../domain/service-can'
import { hasTerminals } from '../../domain/target'

export type Place = { row: RunningRow; view: TerminalPlace }

/** What runs of a service and takes terminals, the version that serves first; with the sentence that says why nothing does. */
export async function lookForPlaces(db: Db, service: Pick<ServiceRow, 'id' | 'environmentId' | 'activeDeploymentId'>): Promise<{ reason: string | null; offered: boolean; places: Place[] }> {
  const target = await targetOf(db, service.environmentId)
  const offered = hasTerminals(target.kind)
  const rows = offered ? await running(db, service.id) : []
  const serves = (row: RunningRow) => (row.deploymentId === service.activeDeploymentId ? 0 : 1)
  const places = [...rows].sort((a, b) => serves(a) - serves(b) || b.deploymentNumber - a.deploymentNumber || byPart(a.part, b.part)).map((row) => ({ row, view: viewOf(row) }))
  return { reason: canOpenTerminal({ target, running: places.length }), offered, places }
}

function viewOf({ part, deploymentId, deploymentNumber, startedAt }: RunningRow): TerminalPlace {
  return { part, deploymentId, deploymentNumber, startedAt: startedAt?.toISOString() ?? null }
}

function byPart(a: string, b: string): number {
  return Number(a) - Number(b) || (a < b ? -1 : 1)
}
