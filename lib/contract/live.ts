import { z } from 'zod'

import { ROLES } from '../domain/permission'
import { idSchema } from '../ids'
import { Timestamp } from './common'
import { LOG_KINDS, LogLineView, MAX_FILTER_LENGTH } from './log'

// What a tab of the console hears over its one connection (docs/decisions/live.md), besides the frames of `environment.graph`.

/** Where somebody is on a canvas. Coordinates are the canvas's, so that they mean the same on every screen. */
export const Presence = z.strictObject({
  /** Null while the pointer is elsewhere. */
  pointer: z.strictObject({ x: z.number().min(-1e7).max(1e7), y: z.number().min(-1e7).max(1e7) }).nullable(),
  selected: z.array(z.string().max(40)).max(20),
  /** The node whose panel is open. */
  open: z.string().max(40).nullable(),
})
export type Presence = z.infer<typeof Presence>

/** A tab of somebody else that looks at the same environment. */
export const PresentTab = Presence.extend({ key: z.string().max(80), user: z.strictObject({ id: z.string(), name: z.string(), role: z.enum(ROLES) }) })
export type PresentTab = z.infer<typeof PresentTab>

/** `presence`: what differs from what was told before; `isWhole`: it is all there is. */
export const PresenceFrame = z.strictObject({ isWhole: z.boolean(), tabs: z.array(PresentTab), gone: z.array(z.string()) })
export type PresenceFrame = z.infer<typeof PresenceFrame>

/** What a tab tells of itself. The ticket came with `hello`. */
export const PresenceReport = Presence.extend({ ticket: z.string().max(1000) })

/** `hello`, the first frame of every connection. Without a ticket one looks on and is not seen. */
export const HelloFrame = z.strictObject({ userId: z.string(), ticket: z.string().nullable() })
export type HelloFrame = z.infer<typeof HelloFrame>

/** What people do that others on the canvas are told. */
export const NEWS_TYPES = ['service.updated', 'service.deleted', 'service.stopped', 'service.started', 'variables.replaced', 'volume.deleted', 'deployment.queued', 'changes.applied', 'changes.discarded', 'revision.restored', 'environment.deleted'] as const

/** `news`: something that somebody did in this environment. */
export const NewsFrame = z.strictObject({
  id: z.string(),
  type: z.enum(NEWS_TYPES),
  at: Timestamp,
  actor: z.strictObject({ id: z.string(), name: z.string() }),
  subject: z.string(),
  serviceId: z.string().nullable(),
})
export type NewsFrame = z.infer<typeof NewsFrame>

/** A log that the tab shows. `key` is the tab's own word for it. */
export const FollowedLog = z.strictObject({
  key: z.string().min(1).max(100),
  scope: z.union([
    z.strictObject({ serviceId: idSchema('service') }),
    z.strictObject({ deploymentId: idSchema('deployment') }),
    z.strictObject({ runId: idSchema('run') }),
    /** Everything of the environment that a filter lets through. */
    z.strictObject({ environmentId: idSchema('environment'), filter: z.string().max(MAX_FILTER_LENGTH) }),
  ]),
  kind: z.enum(LOG_KINDS).optional(),
  after: z.string().regex(/^\d{1,19}$/).optional(),
})
export type FollowedLog = z.infer<typeof FollowedLog>

export const LiveInput = z.strictObject({
  /** What tells the tabs of one person apart, chosen by the tab. */
  tab: z.string().regex(/^[\w-]{8,40}$/),
  logs: z.array(FollowedLog).max(8),
})
export type LiveInput = z.infer<typeof LiveInput>

/** `lines`: of one of the followed logs. */
export const LinesFrame = z.strictObject({ log: z.string(), lines: z.array(LogLineView) })
export type LinesFrame = z.infer<typeof LinesFrame>

