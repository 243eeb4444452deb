import { z } from 'zod'

import { idSchema } from '../ids'
import { allow, command, query } from './entry'

// What is in a database: looked at, asked in its own language, and changed by those who may. Everything is bounded: rows,
// characters of a cell, time. docs/decisions/data-tab.md.

const serviceId = idSchema('service')

/** Rows of a page, and of an answer to a statement. */
export const MOST_ROWS = { page: 200, statement: 500 } as const
/** Characters of a cell in a list of rows, and of one that is looked at alone. */
export const MOST_CHARACTERS = { cell: 500, alone: 200_000 } as const
/** How far a page may be from the first row: beyond, a filter finds sooner. */
export const FARTHEST_ROW = 100_000
/** How long a statement may take, in seconds. */
export const STATEMENT_S = { read: 15, write: 45 } as const

const Name = z.string().min(1).max(256)
const Place = { serviceId, schema: Name, table: Name }
const Statement = z.string().trim().min(1, 'Write a statement.').max(100_000)

/** Of a cell: how it is shown. Binary is written as `\x` and hexadecimal digits. */
export const CellForm = z.enum(['text', 'number', 'boolean', 'time', 'json', 'binary'])
export type CellForm = z.infer<typeof CellForm>

export const DataColumn = z.strictObject({ name: z.string(), /** As the engine calls it. */ type: z.string(), form: CellForm, /** Part of the primary key. */ isKey: z.boolean() })
export type DataColumn = z.infer<typeof DataColumn>

/** Text, or null where there is nothing. What is longer than a list has room for is cut: `[its beginning]`. */
export const DataCell = z.union([z.string(), z.null(), z.tuple([z.string()])])
export type DataCell = z.infer<typeof DataCell>

export const DataTable = z.strictObject({
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['table', 'view']),
  /** Null where nobody has counted them, as of a view. */
  rows: z.number().nullable(),
  /** Whether the engine guesses from its statistics, which may be old. */
  isEstimate: z.boolean(),
})
export type DataTable = z.infer<typeof DataTable>

export const DataOverview = z.strictObject({
  /** How its data is looked at; `none`: not at all, and `reason` says why. */
  kind: z.enum(['tables', 'keys', 'none']),
  reason: z.string().nullable(),
  /** Of all schemas, in order of their names. */
  tables: z.array(DataTable),
  /** Whether there are more tables than are shown. */
  hasMore: z.boolean(),
  /** The numbered databases of a store of keys that hold some, and the first. */
  databases: z.array(z.strictObject({ index: z.number().int(), keys: z.number() })),
})
export type DataOverview = z.infer<typeof DataOverview>

export const dataOverview = query('data.overview', {
  summary: 'Tables of a database with how many rows they have, or the databases of a store of keys',
  input: z.strictObject({ serviceId }),
  output: DataOverview,
  access: allow('data.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/data', status: 200 },
  cli: 'data tables <serviceId>',
  fails: ['not_found', 'forbidden', 'not_now', 'limit_exceeded', 'unavailable'],
})

export const FILTERS = ['equals', 'differs', 'contains', 'begins', 'less', 'more', 'null', 'not_null'] as const
export type Filter = (typeof FILTERS)[number]

export const DataRows = z.strictObject({
  columns: z.array(DataColumn),
  rows: z.array(z.array(DataCell)),
  /** Whether there are rows after these. */
  hasMore: z.boolean(),
})
export type DataRows = z.infer<typeof DataRows>

export const dataRows = query('data.rows', {
  summary: 'Rows of a table, filtered by a column and sorted by one',
  input: z.strictObject({
    ...Place,
    column: Name.optional(),
    filter: z.enum(FILTERS).optional(),
    value: z.string().max(2_000).optional(),
    /** Absent: by the primary key, where there is one. */
    sort: Name.optional(),
    order: z.enum(['ascending', 'descending']).default('ascending'),
    offset: z.coerce.number().int().min(0).max(FARTHEST_ROW, `Rows beyond ${FARTHEST_ROW.toLocaleString('en')} are found by a filter.`).default(0),
    limit: z.coerce.number().int().min(1).max(MOST_ROWS.page).default(50),
  }),
  output: DataRows,
  access: allow('data.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/data/rows', status: 200 },
  cli: 'data rows <serviceId> <schema> <table>',
  fails: ['not_found', 'forbidden', 'not_now', 'limit_exceeded', 'unavailable'],
})

export const dataCell = query('data.cell', {
  summary: 'One cell of a row that its primary key names, whole up to 200,000 characters',
  input: z.strictObject({
    ...Place,
    column: Name,
    /** The values of the primary key, as JSON: `{"id": "7"}`. */
    key: z.string().max(10_000),
  }),
  output: z.strictObject({ text: z.string().nullable(), isCut: z.boolean() }),
  access: allow('data.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/data/cell', status: 200 },
  cli: 'data cell <serviceId> <schema> <table> <column>',
  fails: ['not_found', 'forbidden', 'not_now', 'limit_exceeded', 'unavailable'],
})

const Answer = DataRows.extend({
  /** How many rows it changed; null of a statement that only reads. */
  changed: z.number().nullable(),
  durationMs: z.number().int(),
})
export type DataAnswer = z.infer<typeof Answer>

export const dataQuery = query('data.query', {
  summary: 'Run one SQL statement that only reads, in a read-only transaction with a limit of time and rows',
  input: z.strictObject({ serviceId, statement: Statement }),
  output: Answer,
  access: allow('data.read', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/data/query', status: 200 },
  cli: 'data query <serviceId> <statement>',
  fails: ['not_found', 'forbidden', 'not_now', 'limit_exceeded', 'unavailable'],
})

export const dataExecute = command('data.execute', {
  summary: 'Run one SQL statement that may write; its text without its values is recorded in the activity',
  input: z.strictObject({ serviceId, statement: Statement }),
  output: Answer,
  access: allow('data.write', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/data/execute', status: 200 },
  cli: 'data execute <serviceId> <statement>',
  fails: ['not_found', 'forbidden', 'not_now', 'limit_exceeded', 'unavailable'],
})

export const KEY_TYPES = ['string', 'list', 'set', 'hash', 'zset', 'stream'] as const

/** A key is any bytes: those that are no text are written as `\x` and hexadecimal digits, in which a text beginning with `\x` is too. */
export const DataKey = z.strictObject({
  key: z.string(),
  type: z.string(),
  /** Seconds until it goes by itself; null: it stays. */
  ttlS: z.number().nullable(),
})
export type DataKey = z.infer<typeof DataKey>

const index = z.coerce.number().int().min(0).max(1_000_000).default(0)
const Cursor = z.string().max(200)

export const DataKeys = z.strictObject({ items: z.array(DataKey), /** Where to go on; null at the end. A page may be empty before it. */ next: z.string().nullable() })
export type DataKeys = z.infer<typeof DataKeys>

export const dataKeys = query('data.keys', {
  summary: 'Keys of a store of keys by a pattern, page by page as SCAN finds them',
  input: z.strictObject({ serviceId, database: index, pattern: z.string().max(500).default('*'), type: z.enum(KEY_TYPES).optional(), cursor: z.string().regex(/^\d{1,20}$/).optional() }),
  output: DataKeys,
  access: allow('data.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/data/keys', status: 200 },
  cli: 'data keys <serviceId>',
  fails: ['not_found', 'forbidden', 'not_now', 'limit_exceeded', 'unavailable'],
})

export const DataValue = DataKey.extend({
  /** Bytes of a string, members of everything else. */
  size: z.number(),
  /** What the columns of `rows` are, such as field and value. */
  columns: z.array(z.string()),
  rows: z.array(z.array(DataCell)),
  next: z.string().nullable(),
})
export type DataValue = z.infer<typeof DataValue>

export const dataValue = query('data.value', {
  summary: 'What a key holds, page by page',
  input: z.strictObject({ serviceId, database: index, key: z.string().max(20_000), cursor: Cursor.optional() }),
  output: DataValue,
  access: allow('data.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/data/value', status: 200 },
  cli: 'data value <serviceId> <key>',
  fails: ['not_found', 'forbidden', 'not_now', 'limit_exceeded', 'unavailable'],
})
