import { drawFleet } from './fleet'
import type { Ground } from './ground'
import { keepHistory, keepLogs, keepSnapshots } from './kept'
import { keepMeasured } from './measured'
import { drawPeople, drawQuietPlaces, drawTargets } from './people'
import { drawStorefront } from './storefront'
import { keepWork } from './work'

/** Draws everything that a demo shows. */
export async function fill(ground: Ground): Promise<void> {
  await drawTargets(ground)
  await drawPeople(ground)
  await drawFleet(ground)
  const storefront = await drawStorefront(ground)
  await drawQuietPlaces(ground, storefront)
  await keepSnapshots(ground, storefront)
  await keepLogs(ground)
  await keepMeasured(ground, storefront)
  await keepHistory(ground, storefront)
  // What operations asked of a worker is not left to one that comes later: nobody works here, though it looks so.
  await ground.database.sql`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`
  await keepWork(ground)
}
