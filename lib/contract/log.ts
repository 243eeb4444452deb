import { z } from 'zod'

import { Timestamp } from './common'

export const LogLineView = z.strictObject({
  /** Cursor of this line: pass it as `after` to go on from here. Rises with time within one service. */
  id: z.string(),
  at: Timestamp,
  kind: z.enum(['build', 'deploy', 'runtime', 'http']),
  stream: z.enum(['stdout', 'stderr', 'platform']),
  /** Null of requests that met no deployment. */
  deploymentId: z.string().nullable(),
  /** Which part of the deployment printed it: the number of a replica, or the id of a run. Null for builds and for the platform. */
  part: z.string().nullable(),
  /** One line without its line end; terminal colour codes are kept. */
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
