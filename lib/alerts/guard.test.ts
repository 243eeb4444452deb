import { describe, expect, it } from 'vitest'

import { addressOf, addressProblem } from './guard'

const OPEN = { allowsPrivate: true }
const CLOSED = { allowsPrivate: false }

describe('an address', () => {
  it.each(['169.254.169.254', 'fe80::1', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', 'fd00:ec2::254', '224.0.0.1', '255.255.255.255'])('is never sent to: %s', (address) => {
    expect(addressProblem(address, OPEN)).toContain('Nothing is sent')
  })

  it.each(['127.0.0.1', '10.1.2.3', '192.168.1.1', '172.31.0.1', '100.64.0.1', '0.0.0.0', '::1', 'fd12::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])('is sent to where the operator allows private ones only: %s', (address) => {
    expect(addressProblem(address, OPEN)).toBeNull()
    expect(addressProblem(address, CLOSED)).toContain('private network')
  })

  it.each(['203.0.113.7', '2001:db8::1', '172.32.0.1', '::ffff:203.0.113.7'])('is sent to in any case: %s', (address) => {
    expect(addressProblem(address, CLOSED)).toBeNull()
  })
})

describe('a host', () => {
  it('is asked for its address, also when it is one', async () => {
    expect(await addressOf('127.0.0.1', OPEN)).toBe('127.0.0.1')
    expect(await addressOf('[::1]', OPEN)).toBe('::1')
    await expect(addressOf('localhost', CLOSED)).rejects.toThrow('private network')
    await expect(addressOf('nowhere.invalid', OPEN)).rejects.toThrow('leads nowhere')
  })
})
