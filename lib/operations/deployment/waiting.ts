import type { Db } from '../../db/connection'
import { onTheirWay } from '../../db/queries/on-their-way'
import { waitsFor } from '../../domain/start-order'

/** Names of the services that released deployments wait for, by deployment: only those that wait, and are not starting yet. */
export async function waitingIn(db: Db, environmentIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await onTheirWay(db, [...new Set(environmentIds)])
  const waiting = rows.map((row) => {
    const here = rows.filter((other) => other.environmentId === row.environmentId)
    const names = waitsFor(row, here).map((id) => here.find((other) => other.serviceId === id)!.name)
    return [row.id, names.sort()] as const
  })
  return new Map(waiting.filter(([, names]) => names.length > 0))
}
