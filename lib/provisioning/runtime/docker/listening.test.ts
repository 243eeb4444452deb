import { expect, test } from 'vitest'

import { parseSockets } from './listening'

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (address: string, state = '0A') => `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0\n`

test.each([
  ['00000000:0BB8', [{ port: 3000, loopback: false }]],
  ['0100007F:0BB8', [{ port: 3000, loopback: true }]],
  ['00000000000000000000000000000000:0BB8', [{ port: 3000, loopback: false }]],
  ['00000000000000000000000001000000:0BB8', [{ port: 3000, loopback: true }]],
  ['0B00007F:9C41', []],
])('a socket at %s', (address, found) => {
  expect(parseSockets(HEAD + line(address))).toEqual(found)
})

test('a connection is not a listener', () => {
  expect(parseSockets(HEAD + line('0100007F:0BB8', '01'))).toEqual([])
})
