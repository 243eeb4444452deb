import { request as sendRequest } from 'node:http'

import { afterEach, expect, test } from 'vitest'

import { afterwards, cleanUp, moment, route, until, workload, type Target } from '../conformance/stage'
import { connectionPool } from './pool'
import { EMPTY_TABLE, indexRoutes } from './route-index'

afterEach(cleanUp)

/** A pool with a table that has the target, and a request through it that ends when the test says. */
async function lent(target: Target, finish: () => void) {
  let index = indexRoutes({ version: 1, routes: [route({ targets: [target] })] })
  const pool = connectionPool(() => index)
  afterwards(() => pool.close())
  const ended = moment()
  const upstream = sendRequest({ host: target.host, port: target.port, agent: pool.kept }, (answer) => void answer.resume())
  upstream.once('close', ended.let)
  pool.lend(upstream, target)
  upstream.end()
  const free = () => Object.values(pool.kept.freeSockets).flat().length
  const used = () => Object.values(pool.kept.sockets).flat().length
  await until(used, (count) => count === 1)
  return {
    free,
    drop() {
      index = indexRoutes(EMPTY_TABLE)
      pool.follow()
    },
    async end() {
      finish()
      await ended.come
      await until(used, (count) => count === 0)
    },
  }
}

test('a connection is kept when it becomes idle, until the table has its target no more', async () => {
  const finish = moment()
  const { target } = await workload((_, response) => void finish.come.then(() => response.end()))
  const { free, drop, end } = await lent(target, finish.let)
  await end()
  expect(free()).toBe(1)
  drop()
  await until(free, (count) => count === 0)
})

test('a connection whose target left the table while it was in use is not kept', async () => {
  const finish = moment()
  const { target } = await workload((_, response) => void finish.come.then(() => response.end()))
  const { free, drop, end } = await lent(target, finish.let)
  drop()
  await end()
  expect(free()).toBe(0)
})
