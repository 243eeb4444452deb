import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, it } from 'vitest'

import { answered, countRequest } from './answered'

it('counts answers, failed ones apart, and streams only while they are open', async () => {
  let streamed: Promise<unknown> = Promise.resolve()
  const server = createServer((request, response) => {
    countRequest(request, response)
    if (request.url === '/stream') streamed = new Promise((resolve) => response.once('close', resolve))
    if (request.url === '/stream') response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    else response.writeHead(request.url === '/broken' ? 500 : 404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await (await fetch(`${base}/missing`)).text()
  await (await fetch(`${base}/broken`)).text()
  const leave = new AbortController()
  const stream = await fetch(`${base}/stream`, { signal: leave.signal })
  expect(answered()).toMatchObject({ open: 1, timings: { count: 2, failed: 1 } })
  leave.abort()
  await stream.text().catch(() => undefined)
  await streamed
  expect(answered()).toMatchObject({ open: 0, timings: { count: 2, failed: 1 } })
  expect(answered().timings.buckets.reduce((sum, n) => sum + n, 0)).toBe(2)
  server.close()
})
