import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'

import { z } from 'zod'

import type { Log } from '../../../log'
import { Route, RouteTable } from '../table'
import { inPieces, linesOf, tableReader, wholeTable, type Base } from '../table-lines'
import { draftIndex, EMPTY_TABLE, indexRoutes, type RouteIndex } from './route-index'
import { writeWhole } from './write-whole'

/** A table as it is asked, and as the next one refers to it. */
export type Told = Base & { index: RouteIndex }

/** What may be on the disk: also tables from before targets named their deployment and requests could be held. */
const KeptTarget = Route.shape.targets.element.extend({ deploymentId: z.string().default('') })
const KeptRoute = Route.extend({ targets: z.array(KeptTarget), hold: Route.shape.hold.default(null) })
const KeptTable = RouteTable.extend({ routes: z.array(KeptRoute) })

/** The table that was in force when the process ended; empty when there is none that can be read. */
export async function loadTable(path: string, log: Log): Promise<Told> {
  try {
    return await toldBy(await readFile(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ path, cause }, 'kept routing table cannot be read, starting without routes until the worker publishes')
    return { id: randomUUID(), index: indexRoutes(EMPTY_TABLE), lines: new Map() }
  }
}

/** Keeps a table for the next start. */
export function saveTable(path: string, { index, lines }: Told): Promise<void> {
  return writeWhole(path, inPieces(wholeTable(index.table.version, lines.keys())))
}

/** Things that are put in order before others have their turn. */
const AT_ONCE = 1_000

/** A table that was read, ready to be asked. */
export async function toldOf(version: number, lines: Base['lines']): Promise<Told> {
  const draft = draftIndex()
  let count = 0
  for (const entry of lines.values()) {
    draft.add(entry)
    if (++count % AT_ONCE === 0) await turn()
  }
  return { id: randomUUID(), index: draft.finish(version), lines }
}

function toldBy(bytes: Buffer): Promise<Told> {
  const reader = tableReader({ id: '', lines: new Map() })
  reader.read(isWhole(bytes) ? linesOfFormer(bytes) : bytes)
  const { version, lines } = reader.finish()
  return toldOf(version, lines)
}

function linesOfFormer(bytes: Buffer): Buffer {
  const table = KeptTable.parse(JSON.parse(bytes.toString('utf8')))
  return Buffer.from([...inPieces(wholeTable(table.version, linesOf(table)))].join(''))
}

/** Former versions kept the table as one piece of JSON, without the end of a line. */
function isWhole(bytes: Buffer): boolean {
  return !bytes.includes(10)
}
