import { config } from '../config'
import { connect } from '../db/connection'
import { clear } from './clear'
import { drawFleet } from './fleet'
import { isDemoFolder } from './folder'
import { openGround } from './ground'
import { keepHistory, keepLogs, keepSnapshots } from './kept'
import { drawPeople, drawQuietPlaces, drawTargets } from './people'
import { drawStorefront } from './storefront'

// The program that fills a demo. It is started by the supervisor of `npm run demo`, before the web process, and looks
// once more at what it was given: it empties the database first.

async function fill(): Promise<void> {
  if (!(await isDemoFolder(config.dataDir))) throw new Error(`The folder ${config.dataDir} was not made by a demo, so nothing is written.`)
  if (!config.databaseUrl) throw new Error('A demo is filled by `npm run demo`, which provides its database.')
  const database = connect(config.databaseUrl, { poolSize: 1, name: 'demo' })
  await clear(database.sql).finally(() => database.close())
  const ground = await openGround()
  try {
    await drawTargets(ground)
    await drawPeople(ground)
    await drawFleet(ground)
    const storefront = await drawStorefront(ground)
    await drawQuietPlaces(ground, storefront)
    await keepSnapshots(ground, storefront)
    await keepLogs(ground)
    await keepHistory(ground, storefront)
    // Nobody works here: what operations asked of a worker is not left to one that comes later.
    await ground.database.sql`select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))`
  } finally {
    await ground.database.close()
  }
}

fill().then(
  () => process.exit(0),
  (cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`)
    process.exit(1)
  },
)
