import type { z } from 'zod'

import type { dataCell, dataKeys, dataRows, dataValue, DataAnswer, DataKeys, DataOverview, DataRows, DataValue } from '../../../contract/data'
import type { EngineName } from '../../../domain/engine/engines'

// What can be seen of a database, whatever engine it is of. One connection for one question.

/** Where a database listens, and who asks. */
export type Login = { engine: EngineName; host: string; port: number; user: string | null; password: string; database: string | null; /** Seconds a statement may take; absent: as is usual. */ limitS?: number }

export type RowsAsk = Omit<z.output<typeof dataRows.input>, 'serviceId'>
export type CellAsk = Omit<z.output<typeof dataCell.input>, 'serviceId'>
export type KeysAsk = Omit<z.output<typeof dataKeys.input>, 'serviceId'>
export type ValueAsk = Omit<z.output<typeof dataValue.input>, 'serviceId'>
/** `write`: it may. Otherwise the server itself keeps it from doing so. */
export type RunAsk = { statement: string; write: boolean }

export type TableExplorer = {
  overview(login: Login, signal: AbortSignal): Promise<DataOverview>
  rows(login: Login, ask: RowsAsk, signal: AbortSignal): Promise<DataRows>
  cell(login: Login, ask: CellAsk, signal: AbortSignal): Promise<{ text: string | null; isCut: boolean }>
  run(login: Login, ask: RunAsk, signal: AbortSignal): Promise<DataAnswer>
}

export type KeyExplorer = {
  overview(login: Login, signal: AbortSignal): Promise<DataOverview>
  keys(login: Login, ask: KeysAsk, signal: AbortSignal): Promise<DataKeys>
  value(login: Login, ask: ValueAsk, signal: AbortSignal): Promise<DataValue>
}

/** One column of a table, as the catalog has it. `type`: as it may be written in a statement. */
export type Column = { name: string; type: string; form: 'text' | 'number' | 'boolean' | 'time' | 'json' | 'binary'; isKey: boolean }
