import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import type { Log } from '../../../log'
import { Route, RouteTable } from '../table'
import { inPieces, piecesOf, tableReader, type KnownLines } from '../table-lines'
import { draftIndex, EMPTY_TABLE, indexRoutes, type RouteIndex } from './route-index'
import { writeWhole } from './write-whole'

/** A table as it is asked, and the lines by which things of the next one are known again. */
export type Told = { index: RouteIndex; lines: KnownLines }

/** What may be on the disk: also tables from before targets named their deployment and requests could be held. */
const KeptTarget = Route.shape.targets.element.extend({ deploymentId: z.string().default('') })
const KeptRoute = Route.extend({ targets: z.array(KeptTarget), hold: Route.shape.hold.default(null) })
const KeptTable = RouteTable.extend({ routes: z.array(KeptRoute) })

/** The table that was in force when the process ended; empty when there is none that can be read. */
export async function loadTable(path: string, log: Log): Promise<Told> {
  try {
    return toldBy(await readFile(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ path, cause }, 'kept routing table cannot be read, starting without routes until the worker publishes')
    return { index: indexRoutes(EMPTY_TABLE), lines: new Map() }
  }
}

/** Keeps a table for the next start. */
export function saveTable(path: string, { index, lines }: Told): Promise<void> {
  return writeWhole(path, inPieces(linesOf(index.table.version, lines)))
}

function* linesOf(version: number, lines: KnownLines): Generator<string> {
  yield JSON.stringify({ version })
  yield* lines.keys()
}

function toldBy(bytes: Buffer): Told {
  const draft = draftIndex()
  const reader = tableReader(new Map(), draft.add)
  reader.read(isWhole(bytes) ? Buffer.from([...piecesOf(KeptTable.parse(JSON.parse(bytes.toString('utf8'))))].join('')) : bytes)
  const { version, lines } = reader.finish()
  return { index: draft.finish(version), lines }
}

/** Former versions kept the table as one piece of JSON, without the end of a line. */
function isWhole(bytes: Buffer): boolean {
  return !bytes.includes(10)
}
