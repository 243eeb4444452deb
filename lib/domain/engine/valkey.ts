import type { Engine } from './engine'

export const valkey: Engine = {
  word: 'Valkey',
  meaning: 'Key-value, speaks Redis',
  versions: ['9', '8', '7'],
  lineParts: 1,
  port: 6379,
  dataPath: '/data',
  scheme: 'redis',
  urlKey: 'REDIS_URL',
  variables: [
    { key: 'VALKEY_PASSWORD', password: true },
    { key: 'REDIS_URL', value: 'redis://default:${{self.VALKEY_PASSWORD}}@${{self.HOST}}:${{self.PORT}}' },
  ],
  rotates: true,
  figures: { size: 'In memory', cache: 'Keys found', operations: 'Commands' },
  login: { user: null, password: 'VALKEY_PASSWORD', database: null },
}
