// How fast printed lines are stored, against COPY of the very rows they become, and what a line takes on the disk.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'

import { processTree } from '../product.mjs'
import { withGround } from './ground.mjs'

const SERVICES = 4
const EACH = 25_000
const TIMES = 3
/** A second, in what the kernel counts processor time in. */
const TICKS = 100
const COLUMNS = 'at, environment_id, service_id, deployment_id, kind, stream, part, level, message, attributes, text'

/** As services print: structured lines, requests, lines with a level, and now and then a trace. */
function line(n) {
  const at = new Date(Date.now() - 1_000).toISOString()
  if (n % 5 < 2) return `{"level":30,"time":${Date.now()},"pid":1,"hostname":"web-0","req":{"id":"${n}","method":"GET","path":"/products/${n % 977}"},"status":200,"ms":${n % 300},"msg":"request completed"}`
  if (n % 5 === 2) return `GET /products/${n % 977}?page=${n % 7} 200 ${n % 300} ms - ${n % 5_000}`
  if (n % 5 === 3) return `${at} INFO  [worker-${n % 4}] shop.Cart - saved cart ${n} of customer ${n % 4_000}`
  if (n % 100 === 4) return `Error: cart ${n} is gone\n    at load (/srv/src/cart.ts:41:19)\n    at handle (/srv/src/routes/cart.ts:118:12)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`
  return `time=${at} level=debug msg="cache hit" key=cart:${n} ttl=300`
}

/** Seconds of processor that the backends of a server have taken. */
function backendSeconds(directory) {
  const postmaster = Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0])
  return processTree(postmaster).reduce((sum, pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number)
      return sum + (user + system) / TICKS
    } catch {
      return sum
    }
  }, 0)
}

/** Whatever else the machine does: what it takes, and processor time of us and of the database, in milliseconds. */
async function measured(directory, work) {
  const [began, own, backend] = [performance.now(), process.cpuUsage(), backendSeconds(directory)]
  await work()
  const { user, system } = process.cpuUsage(own)
  return { ms: performance.now() - began, ownMs: (user + system) / 1_000, databaseMs: (backendSeconds(directory) - backend) * 1_000 }
}

const PIECE_BYTES = 256 * 1024

async function copyRows(tx, rows) {
  const query = tx.unsafe(`copy log_lines (${COLUMNS}) from stdin`)
  const sink = await query.writable()
  // An error at the end would be told to nobody: see `lib/db/copy-in`.
  query.reject = (error) => sink.destroy(error)
  for (let at = 0; at < rows.length; at += PIECE_BYTES) if (!sink.write(rows.subarray(at, at + PIECE_BYTES))) await once(sink, 'drain')
  sink.end()
  await finished(sink)
}

export function ingest() {
  return withGround("export { makeCollector } from './lib/telemetry/collector'", async ({ makeCollector, database, dataDir, serverDir }) => {
    const { sql, db } = database
    const log = { warn: (fields, message) => console.error(message, fields.cause) }
    const files = Array.from({ length: SERVICES }, (_, index) => ({ name: `dep-${index}`, environmentId: 'env_bench', serviceId: `svc_${index}`, deploymentId: `dep_${index}`, part: '0', stream: 'stdout', path: join(dataDir, `dep-${index}`, 'stdout.log') }))
    const print = () => {
      for (const { path } of files) {
        rmSync(join(path, '..'), { recursive: true, force: true })
        mkdirSync(join(path, '..'))
        writeFileSync(path, Array.from({ length: EACH }, (_, n) => `${line(n)}\n`).join(''))
      }
    }
    const count = async () => Number((await sql`select count(*) as n from log_lines`)[0].n)
    const collected = []
    const copied = []
    let lines = 0
    let bytes = 0
    let printed = 0
    for (let time = 0; time < TIMES; time++) {
      print()
      printed = files.reduce((sum, { path }) => sum + statSync(path).size, 0)
      const collector = makeCollector({ db, dataDir, log, now: () => new Date(), maskOf: async () => (text) => text, driver: { logFiles: async () => files, watch: () => () => {} } })
      collected.push(await measured(serverDir, async () => {
        for (const file of files) await collector.drain(file)
      }))
      lines = await count()
      bytes = Number((await sql`select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree('log_lines')`)[0].bytes)

      const file = join(serverDir, 'rows')
      await sql.unsafe(`copy (select ${COLUMNS} from log_lines order by id) to '${file}'`)
      const rows = readFileSync(file)
      rmSync(file)
      await sql`truncate log_lines`
      await sql`truncate log_cursors`
      copied.push(await measured(serverDir, () => sql.begin((tx) => copyRows(tx, rows))))
      if ((await count()) !== lines) throw new Error('The rows that were copied are not those that were collected.')
      await sql`truncate log_lines`
    }
    return { lines, printedBytes: printed, bytes, collected, copied }
  })
}
