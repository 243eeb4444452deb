import { config } from '../config'
import { connect } from '../db/connection'
import { makeSeal } from '../secrets/seal'
import { clear } from './clear'
import { fill } from './fill'
import { isDemoFolder } from './folder'
import { openGround } from './ground'

// The program that fills a demo. It is started by the supervisor of `npm run demo`, before the web process, and looks
// once more at what it was given: it empties the database first.

async function main(): Promise<void> {
  const { dataDir, databaseUrl, encryptionKey } = config
  if (!(await isDemoFolder(dataDir))) throw new Error(`The folder ${dataDir} was not made by a demo, so nothing is written.`)
  if (!databaseUrl || !encryptionKey) throw new Error('A demo is filled by `npm run demo`, which provides its database and keys.')
  const database = connect(databaseUrl, { poolSize: 4, name: 'demo' })
  try {
    await clear(database.sql)
    await fill(await openGround({ db: database.db, seal: makeSeal(encryptionKey), config, now: () => new Date() }, database))
  } finally {
    await database.close()
  }
}

main().then(
  () => process.exit(0),
  (cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`)
    process.exit(1)
  },
)
