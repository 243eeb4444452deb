import { z } from 'zod'

import { LOG_LEVELS } from '../domain/log-level'
import { idSchema } from '../ids'
import { Timestamp } from './common'
import { allow, query } from './entry'

export const LOG_KINDS = ['build', 'deploy', 'runtime', 'http'] as const
export type LogKind = (typeof LOG_KINDS)[number]

/** Filters are written by people and kept in addresses. */
export const MAX_FILTER_LENGTH = 2000

export const LogLineView = z.strictObject({
  /** Cursor of this line: pass it as `after` to go on from here. Rises within one service in the order in which lines were stored. */
  id: z.string(),
  /** The time in the line where it is plausible, else that of reading it. */
  at: Timestamp,
  kind: z.enum(LOG_KINDS),
  stream: z.enum(['stdout', 'stderr', 'platform']),
  /** Null for what concerns the whole environment. */
  serviceId: z.string().nullable(),
  /** Null for requests that met no deployment. */
  deploymentId: z.string().nullable(),
  /** Which part of the deployment printed it: the number of a replica, or the id of a run. Null for builds and for the platform. */
  part: z.string().nullable(),
  /** Null where the line does not say. */
  level: z.enum(LOG_LEVELS).nullable(),
  /** What the line says without time, level and attributes. Null: all of the text, without its colour codes. */
  message: z.string().nullable(),
  /** What a line in JSON or logfmt has besides, or what a request was; null for none. */
  attributes: z.record(z.string(), z.unknown()).nullable(),
  /** As printed: terminal colour codes are kept, and a stack trace is one line with line ends in it. */
  text: z.string(),
})
export type LogLineView = z.infer<typeof LogLineView>

/** `after`: lines after this cursor, oldest first. `before`: the page that ends before it. Neither: the newest page. */
export const LogInput = {
  after: z.string().regex(/^\d{1,19}$/, 'Must be a cursor from an earlier answer.').optional(),
  before: z.string().regex(/^\d{1,19}$/, 'Must be a cursor from an earlier answer.').optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
}

export const LogPage = z.strictObject({
  lines: z.array(LogLineView),
  /** Pass as `after` to read on; null when there has been no line yet. */
  cursor: z.string().nullable(),
  /** True when older lines exist before the first one. */
  hasBefore: z.boolean(),
})
export type LogPage = z.infer<typeof LogPage>

const environmentId = idSchema('environment')
const Cursor = z.string().regex(/^-?\d{1,18}_\d{1,19}$/, 'Must be a cursor from an earlier answer.')

/** What is looked at: lines of an environment that the filter lets through, within a window of time. */
export const LogWindow = {
  /** In the filter language (docs/log-filter.md), such as `@level:error -timeout service:api`. */
  filter: z.string().max(MAX_FILTER_LENGTH, `Must be at most ${MAX_FILTER_LENGTH} characters.`).optional(),
  serviceId: idSchema('service').optional(),
  deploymentId: idSchema('deployment').optional(),
  kind: z.enum(LOG_KINDS).optional(),
  /** From this instant on, itself included. */
  from: Timestamp.optional(),
  /** Before this instant. */
  until: Timestamp.optional(),
}

/** Something about the filter that explains what was found, with its place in it: a service that does not exist. */
export const FilterNote = z.strictObject({ at: z.number().int(), length: z.number().int(), message: z.string() })
export type FilterNote = z.infer<typeof FilterNote>

export const logSearch = query('log.search', {
  summary: 'Log lines of an environment that a filter lets through',
  /** `before`: the page that ends before this cursor. `after`: the page that begins after it. Neither: the newest page of the window. */
  input: z.strictObject({ environmentId, ...LogWindow, before: Cursor.optional(), after: Cursor.optional(), limit: z.coerce.number().int().min(1).max(1000).default(200) }),
  output: z.strictObject({
    /** Oldest first. */
    lines: z.array(LogLineView),
    /** Pass as `before` for older lines; null when there are none in the window. */
    before: z.string().nullable(),
    /** Pass as `after` for newer lines; null when there are none in the window and none can come. */
    after: z.string().nullable(),
    /** Searching took too long and has stopped at this instant: `before` (or `after`) goes on from there. Null when the page is what there is. */
    searchedTo: Timestamp.nullable(),
    notes: z.array(FilterNote),
  }),
  access: allow('log.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/logs', status: 200 },
  cli: 'logs search <environmentId>',
  fails: ['not_found'],
  streams: true,
})
export type LogSearch = z.output<typeof logSearch.output>

export const LogBucket = z.strictObject({
  /** The bucket begins here. */
  at: Timestamp,
  total: z.number().int(),
  /** Lines by level, `none` for those that do not say; levels without lines are left out. */
  levels: z.partialRecord(z.enum([...LOG_LEVELS, 'none']), z.number().int()),
})
export type LogBucket = z.infer<typeof LogBucket>

export const logHistogram = query('log.histogram', {
  summary: 'How many lines a filter lets through over time, by level',
  /** Without `from`, the last hour before `until`. */
  input: z.strictObject({ environmentId, ...LogWindow, buckets: z.coerce.number().int().min(1).max(400).default(60) }),
  output: z.strictObject({
    from: Timestamp,
    until: Timestamp,
    bucketMs: z.number().int(),
    /** Every bucket of the window, oldest first; those without lines have a total of 0. */
    buckets: z.array(LogBucket),
    /** Counting took too long and has stopped at this instant: what is older is estimated from a sample. Null when all was counted. */
    searchedTo: Timestamp.nullable(),
    notes: z.array(FilterNote),
  }),
  access: allow('log.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/logs/histogram', status: 200 },
  cli: 'logs histogram <environmentId>',
  fails: ['not_found'],
})
export type LogHistogram = z.output<typeof logHistogram.output>

export const LogFacet = z.strictObject({
  /** `level`, `service`, `kind`, `deployment`, or `@` and the name of an attribute. */
  field: z.string(),
  /** Most frequent first. `value` is what stands in a filter, `label` what people read. */
  values: z.array(z.strictObject({ value: z.string(), label: z.string(), count: z.number().int() })),
  /** Counted in the newest lines only. */
  isSampled: z.boolean(),
})
export type LogFacet = z.infer<typeof LogFacet>

export const logFacets = query('log.facets', {
  summary: 'What the lines that a filter lets through have in common: levels, services, kinds, deployments and frequent attributes',
  input: z.strictObject({ environmentId, ...LogWindow }),
  output: z.strictObject({ facets: z.array(LogFacet), notes: z.array(FilterNote) }),
  access: allow('log.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/logs/facets', status: 200 },
  cli: 'logs facets <environmentId>',
  fails: ['not_found'],
})
export type LogFacets = z.output<typeof logFacets.output>

export const logContext = query('log.context', {
  summary: 'The lines around one, of the same service and kind',
  input: z.strictObject({ environmentId, lineId: z.string().regex(/^\d{1,19}$/, 'Must be the id of a line.'), lines: z.coerce.number().int().min(1).max(200).default(20) }),
  output: z.strictObject({
    /** Oldest first, both. */
    before: z.array(LogLineView),
    line: LogLineView,
    after: z.array(LogLineView),
  }),
  access: allow('log.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/logs/{lineId}/context', status: 200 },
  cli: 'logs context <environmentId> <lineId>',
  fails: ['not_found'],
})
export type LogContext = z.output<typeof logContext.output>

/** What a download takes besides the environment: `text` has a time and a line each, `jsonl` everything of a line as JSON. */
export const LogDownloadInput = z.strictObject({ ...LogWindow, format: z.enum(['text', 'jsonl']).default('text') })
export type LogDownloadInput = z.input<typeof LogDownloadInput>

/** Where the filtered lines of an environment are had as a file: a link of the console, or an address for programs with a token. */
export function logDownloadPath(environmentId: string, input: LogDownloadInput): string {
  const given = Object.entries(input).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `/api/logs/${environmentId}?${new URLSearchParams(given)}`
}
