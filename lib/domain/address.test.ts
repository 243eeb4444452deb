import { describe, expect, it, test } from 'vitest'

import { networkName, offeredToOthers, privateUrl, publicUrl } from './address'

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

const api = { name: 'My API', hostLabel: 'my-api-production-shop', targetKind: 'process' as const, privatePort: 30002, containerPort: 3000, source: { type: 'git' as const, url: 'https://host/api' } }

test('the private address is the private port on loopback, and empty without one', () => {
  expect(privateUrl({ ...api, privatePort: 30001 })).toBe('http://127.0.0.1:30001')
  expect(privateUrl({ ...api, privatePort: null })).toBe('')
})

test('a database is reached by the scheme of its engine, and by nobody from outside', () => {
  const database = { ...api, source: { type: 'database' as const, engine: 'postgres' as const, version: '18' } }
  expect(privateUrl(database)).toBe('postgresql://127.0.0.1:30002')
  expect(offeredToOthers({ ...database, publicUrl: 'http://api.localhost:8080' }).PUBLIC_URL).toBe('')
})

test('others are offered address, host, port and public address', () => {
  expect(offeredToOthers({ ...api, publicUrl: 'http://api.localhost:8080' })).toEqual({
    URL: 'http://127.0.0.1:30002',
    HOST: '127.0.0.1',
    PORT: '30002',
    PUBLIC_URL: 'http://api.localhost:8080',
  })
})

test('in a network of its own a service is reached by its name', () => {
  expect(offeredToOthers({ ...api, targetKind: 'docker', publicUrl: 'http://api.localhost:8080' })).toEqual({
    URL: 'http://my-api:3000',
    HOST: 'my-api',
    PORT: '3000',
    PUBLIC_URL: 'http://api.localhost:8080',
  })
  expect(networkName({ name: '日本', hostLabel: 'service-production-shop' })).toBe('service-production-shop')
})
