import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'

import type postgres from 'postgres'

import type { Db } from './connection'

// Rows that are stored by COPY: one statement for any number of them, for a fraction of what inserting costs.

/** A value of a column; null is SQL's. */
export type Cell = string | null

/** Small, so that the server has something to do while the next piece is made. */
const CHUNK_CHARACTERS = 64 * 1024
/** What the connection has not taken yet, at most. */
const MOST_WAITING = 16 * CHUNK_CHARACTERS

/**
 * Stores rows by COPY, within a transaction that Drizzle began. `target`: a table with its columns, written by us. Waits whenever the
 * connection takes no more, so it holds little however much there is; rows are made while the server stores those before.
 */
export async function copyIn(tx: Db, target: string, rows: Iterable<readonly Cell[]>): Promise<void> {
  const query = clientOf(tx).unsafe(`copy ${target} from stdin`)
  const sink = await query.writable()
  // The client forgets the stream when its end is sent, and an error that comes after it would be told to nobody.
  const failed = new Promise<void>((resolve) => {
    Object.assign(query, {
      reject: (error: Error) => {
        sink.destroy(error)
        resolve()
      },
    })
  })
  const done = finished(sink)
  // It is waited for below; until then a lost connection must not be an error that nobody hears.
  done.catch(() => {})
  try {
    await pour(sink, rows, done)
    await done
  } catch (error) {
    sink.destroy(error as Error)
    // Until the server has given up as well, the connection takes nothing else.
    await failed
    throw error
  }
}

async function pour(sink: Writable, rows: Iterable<readonly Cell[]>, done: Promise<void>): Promise<void> {
  let text = ''
  // Most columns are the same in row after row.
  const former: { cell: Cell; encoded: string }[] = []
  for (const row of rows) {
    for (let column = 0; column < row.length; column++) {
      const cell = row[column]!
      const known = former[column]
      const encoded = known !== undefined && known.cell === cell ? known.encoded : encode(cell)
      if (known === undefined) former.push({ cell, encoded })
      else if (known.cell !== cell) {
        known.cell = cell
        known.encoded = encoded
      }
      text += column === 0 ? encoded : `\t${encoded}`
    }
    text += '\n'
    if (text.length < CHUNK_CHARACTERS) continue
    const isFull = !sink.write(text) && sink.writableLength > MOST_WAITING
    // In between the connection goes on with what it has.
    await Promise.race([isFull ? once(sink, 'drain') : turn(), done])
    text = ''
  }
  sink.end(text)
}

function encode(cell: Cell): string {
  if (cell === null) return '\\N'
  return /[\\\n\r\t]/.test(cell) ? cell.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character]!) : cell
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Drizzle keeps the client of a transaction to itself. It is ours, with its guard (`guard-transactions`). */
function clientOf(tx: Db): postgres.TransactionSql {
  const { client } = (tx as unknown as { session: { client: postgres.TransactionSql } }).session
  return client
}
