import { describe, expect, it } from 'vitest'

import { connectionOf, urlOf } from './connection'

describe('the connection of a database', () => {
  it('is put together from its address and its variables', () => {
    const variables = [
      { key: 'POSTGRES_USER', value: 'app' },
      { key: 'POSTGRES_PASSWORD', value: null },
      { key: 'POSTGRES_DB', value: 'my shop' },
    ]
    const connection = connectionOf('postgres', 'postgresql://127.0.0.1:30001', variables)
    expect(connection).toEqual({ scheme: 'postgresql', host: '127.0.0.1', port: '30001', user: 'app', database: 'my shop', passwordKey: 'POSTGRES_PASSWORD' })
    expect(urlOf(connection, 'x')).toBe('postgresql://app:x@127.0.0.1:30001/my%20shop')
  })

  it('names no user and no database where the engine has none', () => {
    expect(urlOf(connectionOf('redis', 'redis://redis:6379', []), 'x')).toBe('redis://default:x@redis:6379')
  })
})
