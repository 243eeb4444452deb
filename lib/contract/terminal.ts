import { z } from 'zod'

import { idSchema } from '../ids'
import { Timestamp } from './common'
import { allow, command, query } from './entry'

// A terminal is asked for here and used through a WebSocket: the ticket that `terminal.create` answers is shown in its
// first frame. Then binary frames are bytes, both ways, and text frames are the JSON below. docs/decisions/terminal.md.

/** Where the WebSocket is, below the console's address. */
export const TERMINAL_PATH = '/terminal'

/** Bytes the browser may have been sent without having shown them. It reports with `seen`; nothing more comes before. */
export const UNSEEN_BYTES = 512 * 1024

const serviceId = idSchema('service')
const Size = { columns: z.number().int().min(2).max(1000), rows: z.number().int().min(1).max(1000) }

/** What a browser says. `open` comes first and once; `bytes`: how many of those it was sent it has dealt with since it said so last. */
export const TerminalSays = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), ticket: z.string().max(200), ...Size }),
  z.strictObject({ type: z.literal('resize'), ...Size }),
  z.strictObject({ type: z.literal('seen'), bytes: z.number().int().min(1) }),
])
export type TerminalSays = z.infer<typeof TerminalSays>

/** What the worker says besides bytes. After `exit` and `ended` it closes the socket. */
export const TerminalHears = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('opened') }),
  /** The program has ended; null: its code is not known. */
  z.strictObject({ type: z.literal('exit'), code: z.number().int().nullable() }),
  /** The session was ended or refused, and why. */
  z.strictObject({ type: z.literal('ended'), message: z.string() }),
])
export type TerminalHears = z.infer<typeof TerminalHears>

/** One thing that runs and in which a terminal can be opened. */
export const TerminalPlace = z.strictObject({
  /** Number of the replica, or the id of a run. */
  part: z.string(),
  deploymentId: idSchema('deployment'),
  deploymentNumber: z.number().int(),
  startedAt: Timestamp.nullable(),
})
export type TerminalPlace = z.infer<typeof TerminalPlace>

export const terminalPlaces = query('terminal.places', {
  summary: 'Where a terminal of a service can be opened, or why nowhere',
  input: z.strictObject({ serviceId }),
  output: z.strictObject({
    /** Why none can be opened now, as a sentence; null when one can. */
    reason: z.string().nullable(),
    /** Whether what the environment runs on has terminals at all. */
    offered: z.boolean(),
    /** What runs, the version that serves first. */
    places: z.array(TerminalPlace),
  }),
  access: allow('terminal.open', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/terminal', status: 200 },
  cli: 'terminal places <serviceId>',
  fails: ['not_found', 'forbidden'],
})

export const terminalCreate = command('terminal.create', {
  summary: 'Get a ticket for a terminal inside a running service; recorded in the activity',
  input: z.strictObject({
    serviceId,
    /** Which one of `terminal.places`; absent: the first. */
    part: z.string().max(100).optional(),
    /** Absent: any of the running versions, the one that serves first. */
    deploymentId: idSchema('deployment').optional(),
    /** Program and arguments; absent: a shell. */
    argv: z.array(z.string().max(4096)).min(1).max(64).optional(),
  }),
  output: z.strictObject({
    /** Shown once, to the WebSocket, before it expires. */
    ticket: z.string(),
    expiresAt: Timestamp,
    /** Path of the WebSocket below the console's address. */
    path: z.string(),
    place: TerminalPlace,
  }),
  access: allow('terminal.open', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/terminal', status: 201 },
  cli: 'terminal <serviceId>',
  fails: ['not_found', 'forbidden', 'not_now', 'unavailable'],
})
