import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import type { Log } from '../../../log'
import { Route, RouteTable } from '../table'
import { EMPTY_TABLE } from './route-index'
import { writeWhole } from './write-whole'

/** What may be on the disk: also tables from before targets named their deployment and requests could be held. */
const KeptTarget = Route.shape.targets.element.extend({ deploymentId: z.string().default('') })
const KeptRoute = Route.extend({ targets: z.array(KeptTarget), hold: Route.shape.hold.default(null) })
const KeptTable = RouteTable.extend({ routes: z.array(KeptRoute) })

/** The table that was in force when the process ended; empty when there is none that can be read. */
export async function loadTable(path: string, log: Log): Promise<RouteTable> {
  try {
    return KeptTable.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ path, cause }, 'kept routing table cannot be read, starting without routes until the worker publishes')
    return EMPTY_TABLE
  }
}

/** Keeps a table for the next start. */
export function saveTable(path: string, table: RouteTable): Promise<void> {
  return writeWhole(path, JSON.stringify(table))
}
