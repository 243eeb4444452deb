import { connect } from '../../lib/db/connection'
import { log } from '../../lib/log'
import { fakeDriver } from '../../lib/provisioning/runtime/fake/fake-driver'
import { beginRun, settle } from '../../lib/provisioning/runtime/fake/world'
import type { Workload } from '../../lib/provisioning/runtime/driver'
import { listenTerminals } from '../../lib/worker/terminals/listen'

// The part of a worker that serves terminals, as a process that a test can kill. RUN is what its fake runtime runs.

const database = connect(process.env.DATABASE_URL!, { poolSize: 2, name: 'test-terminals' })
const driver = fakeDriver()
const run = beginRun(driver.world, { ...(JSON.parse(process.env.RUN!) as Workload), role: 'service', part: '0', generation: 1, port: 1 })
settle(driver.world, run)
await listenTerminals({ directory: process.env.TERMINALS!, db: database.db, now: () => new Date(), driverOf: async () => driver, log })
process.send!('ready')
