import type { Db } from '../db/connection'
import { dueChannels } from '../db/queries/engine/deliveries'
import { enqueue } from '../queue/jobs'

/** Asks again for every message that is due: its job may have been discarded, or died with what it worked on. */
export async function resumeDeliveries({ db, now }: { db: Db; now(): Date }): Promise<void> {
  for (const channelId of await dueChannels(db, now())) await enqueue(db, { task: 'deliver-alerts', channelId })
}
