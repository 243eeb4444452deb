// A program of its own that sends what waits in drains as the worker that leads does, to be killed by a test. Bundled by the test.
import { connect } from '../../lib/db/connection'
import { makeDrainer } from '../../lib/drains/drainer'
import { log } from '../../lib/log'
import { makeSeal } from '../../lib/secrets/seal'
import { every } from '../../lib/worker/every'

const [url = '', key = ''] = process.argv.slice(2)
const { db } = connect(url, { poolSize: 4, name: 'drain-worker' })
const drainer = makeDrainer({ db, seal: makeSeal(key), log, now: () => new Date(), random: () => 0, allowsPrivate: true, timeoutMs: 5_000, most: { lines: 50, bytes: 1_000_000 } })
every(50, 'drains', log, () => drainer.round(new AbortController().signal))
