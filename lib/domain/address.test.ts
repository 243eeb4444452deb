import { describe, expect, it, test } from 'vitest'

import { offeredToOthers, privateUrl, publicUrl } from './address'

describe('the public address', () => {
  it.each([
    ['web-production-shop', { domain: 'localhost', port: 8080 }, 'http://web-production-shop.localhost:8080'],
    ['web', { domain: 'apps.example.com', port: 80 }, 'http://web.apps.example.com'],
    ['web', { domain: 'localhost', port: 443 }, 'http://web.localhost:443'],
    ['a'.repeat(63), { domain: 'localhost', port: 8080 }, `http://${'a'.repeat(63)}.localhost:8080`],
  ])('of %s at %o is %s', (label, ingress, expected) => {
    expect(publicUrl(label, ingress)).toBe(expected)
    expect(new URL(publicUrl(label, ingress)).hostname).toBe(`${label}.${ingress.domain}`)
  })
})

test('the private address is the private port on loopback, and empty without one', () => {
  expect(privateUrl(30001)).toBe('http://127.0.0.1:30001')
  expect(privateUrl(null)).toBe('')
})

test('others are offered address, host, port and public address', () => {
  expect(offeredToOthers({ publicUrl: 'http://api.localhost:8080', privatePort: 30002 })).toEqual({
    URL: 'http://127.0.0.1:30002',
    HOST: '127.0.0.1',
    PORT: '30002',
    PUBLIC_URL: 'http://api.localhost:8080',
  })
})
