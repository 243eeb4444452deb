import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

import { z } from 'zod'

import type { Log } from '../../../log'
import { Route, RouteTable } from '../table'
import { EMPTY_TABLE } from './route-index'

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

/** Keeps a table: written beside, on the disk, then renamed, so that a crash leaves the old or the new one whole. */
export async function saveTable(path: string, table: RouteTable): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(`${path}.partial`, 'w', 0o600)
  try {
    await file.writeFile(JSON.stringify(table))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.partial`, path)
}
