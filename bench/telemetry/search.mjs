// How soon the first page of a filter is there: over the last hour and the last 24, with ten million lines of 24 hours stored, of which
// one service prints most. Asked over HTTP, each several times; beside it what the database worked for it, which a busy machine does not change.
import { readFileSync } from 'node:fs'

import postgres from 'postgres'

import { commandOf, processTree } from '../product.mjs'

const LINES = Number(process.env.EASEL_BENCH_LOG_LINES ?? 10_000_000)
const HOURS = 24
const TIMES = 5
const BATCH = 250_000
/** Times that are worth an index have as many lines (lib/worker/index-logs.ts). */
const WORTH_LINES = 20_000
/** Five minutes with as many lines are outlined (lib/worker/outline-logs.ts). */
const OUTLINE_LINES = 500

const FILTERS = [
  ['everything', ''],
  ['a frequent word', 'processed'],
  ['a word of one line in ten', 'timeout'],
  ['a rare phrase', '"connection refused"'],
  ['a word of ten lines', 'kaboom'],
  ['an absent word', 'absentword'],
  ['rare errors', '@level:error'],
  ['an absent level', '@level:fatal'],
  ['a rare number', '@status:503'],
  ['a rare attribute', '@user:u77'],
  ['an absent attribute', '@requestId:nope'],
  ['a comparison that is rarely true', '@durationMs:>5000'],
  ['a pattern', '@path:/api/items/77*'],
  ['a negation', '-processed'],
  ['a negation that nothing fits', '-processed -order -get -job'],
  ['a quiet service', 'service:quiet'],
  ['a group', '(kaboom OR refused) -processed'],
]

/** A table of filter, window and milliseconds. */
export async function searches({ api, environmentId, databaseUrl, supervisorPid }) {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const endMs = await fill(sql, { api, environmentId })
    lookAnew(supervisorPid)
    await indexed(sql, endMs)
    await outlined(sql, environmentId)
    const rows = []
    for (const [name, filter] of FILTERS) {
      const row = { filter: name, written: filter }
      for (const hours of [1, HOURS]) Object.assign(row, await measure({ api, sql, environmentId, filter, hours, endMs }))
      rows.push(row)
    }
    return rows
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function measure({ api, sql, environmentId, filter, hours, endMs }) {
  const query = new URLSearchParams({ filter, from: new Date(endMs - hours * 3_600_000).toISOString(), until: new Date(endMs).toISOString() })
  const times = []
  const worked = []
  let last = null
  for (let i = 0; i < TIMES; i++) {
    const before = await workMs(sql)
    const began = performance.now()
    last = (await api('GET', `/environments/${environmentId}/logs?${query}`)).body
    times.push(performance.now() - began)
    worked.push((await workMs(sql)) - before)
  }
  const label = `${hours} h`
  return { [`${label}, ms`]: Math.round(median(times)), [`${label}, database ms`]: Math.round(median(worked)), [`${label}, lines`]: last.lines.length, [`${label}, back to`]: last.searchedTo === null ? 'all' : `${((endMs - Date.parse(last.searchedTo)) / 60_000).toFixed(0)} min` }
}

/** Processor time of all connections of the console so far. Linux only. */
async function workMs(sql) {
  const pids = await sql`select pid from pg_stat_activity where application_name = 'easel-web'`
  const ticks = pids.map(({ pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return Number(fields[11]) + Number(fields[12])
  })
  return ticks.reduce((sum, each) => sum + each, 0) * 10
}

/** Stores lines up to now, as a service that floods, one that answers requests, one that prints JSON and a quiet one would print them. Returns the end. */
async function fill(sql, { api, environmentId }) {
  const draw = async (name) => (await api('POST', `/environments/${environmentId}/services`, { name, source: { type: 'template', template: 'static-site' } })).body.id
  const [flood, web, orders, quiet] = [await draw('flood'), await draw('web'), await draw('orders'), await draw('quiet')]
  const endMs = Date.now()
  const startMs = endMs - HOURS * 3_600_000
  for (let day = startMs; day < endMs + 86_400_000; day += 86_400_000) await sql`select make_log_partition(${new Date(day).toISOString().slice(0, 10)}::date)`
  for (let from = 0; from < LINES; from += BATCH) {
    await sql`
      insert into log_lines (at, environment_id, service_id, deployment_id, kind, stream, part, level, message, attributes, text)
      select ${new Date(startMs).toISOString()}::timestamptz + n * (${(HOURS * 3_600_000) / LINES}::float8 * interval '1 ms'), ${environmentId},
        case when n % 20 < 14 then ${flood} when n % 20 < 17 then ${web} when n % 20 < 19 then ${orders} else ${quiet} end, 'dep_bench',
        case when n % 20 between 14 and 16 then 'http' else 'runtime' end, 'stdout', '0',
        case when n % 20 between 14 and 16 then null when n % 50000 = 19 then 5 when n % 500 = 18 then 4 else 3 end,
        case when n % 20 in (17, 18) then 'order ' || n % 7919 || ' accepted for ' || md5((n / 3)::text) end,
        case when n % 20 between 14 and 16 then jsonb_build_object('method', 'GET', 'path', '/api/items/' || n % 9973, 'status', case when n % 100000 = 14 then 503 when n % 97 = 0 then 404 else 200 end, 'durationMs', case when n % 200000 = 15 then 9000 else n % 400 end, 'requestId', md5(n::text))
          when n % 20 in (17, 18) then jsonb_build_object('user', 'u' || n % 50000, 'order', jsonb_build_object('id', n % 7919, 'total', n % 1000)) end,
        case when n % 20 < 14 then 'processed item ' || n || ' in ' || n % 313 || ' ms for session ' || md5((n / 7)::text) || case when n % 1000000 = 500000 then ' with kaboom' else '' end || case when n % 10 = 3 then ' timeout while waiting' else '' end
          when n % 20 < 17 then 'GET /api/items/' || n % 9973 || ' 200 ' || n % 400 || ' ms'
          when n % 20 < 19 then '{"msg":"order ' || n % 7919 || ' accepted for ' || md5((n / 3)::text) || '","user":"u' || n % 50000 || '"}'
          else 'job ' || n || ' done' || case when n % 50000 = 19 then ': connection refused' else '' end end
      from generate_series(${from}::int, ${Math.min(LINES, from + BATCH) - 1}::int) n`
  }
  await sql`vacuum analyze log_lines`
  return endMs
}

/** The worker remembers for a while which times had few lines; one that is started anew looks at all of them. */
function lookAnew(supervisorPid) {
  const workers = processTree(supervisorPid).filter((pid) => commandOf(pid).includes('worker.mjs'))
  if (workers.length === 0) throw new Error('The worker was not found among the processes of the product.')
  for (const pid of workers) process.kill(pid, 'SIGTERM')
}

/** Waits until the worker has built what it builds: an index for each hour that was over, and for each quarter of the last one. */
async function indexed(sql, endMs) {
  const lastHour = Math.floor(endMs / 3_600_000) * 3_600_000
  const wanted = LINES / HOURS < WORTH_LINES ? 0 : HOURS - 1
  for (;;) {
    const [{ count }] = await sql`select count(*)::int as count from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname like 'log\\_words\\_%\\_60' and i.indisvalid`
    if (count >= wanted) return
    console.log(`${count} of ${wanted} hours before ${new Date(lastHour).toISOString()} have an index on words.`)
    await new Promise((resolve) => setTimeout(resolve, 15_000))
  }
}

/** Waits until the worker has outlined every five minutes that were over when the last line was stored, but the last two. */
async function outlined(sql, environmentId) {
  const wanted = LINES / (HOURS * 12) < OUTLINE_LINES ? 0 : HOURS * 12 - 2
  for (;;) {
    const [{ count }] = await sql`select count(*)::int as count from log_blocks where environment_id = ${environmentId} and outline is not null`
    if (count >= wanted) return
    console.log(`${count} of ${wanted} times of five minutes have an outline.`)
    await new Promise((resolve) => setTimeout(resolve, 15_000))
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
