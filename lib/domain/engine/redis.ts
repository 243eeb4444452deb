import type { Engine } from './engine'

export const redis: Engine = {
  word: 'Redis',
  meaning: 'Key-value store',
  versions: ['8', '7', '6'],
  lineParts: 1,
  port: 6379,
  dataPath: '/data',
  scheme: 'redis',
  urlKey: 'REDIS_URL',
  variables: [
    { key: 'REDIS_PASSWORD', password: true },
    { key: 'REDIS_URL', value: 'redis://default:${{self.REDIS_PASSWORD}}@${{self.HOST}}:${{self.PORT}}' },
  ],
  rotates: true,
  figures: { size: 'In memory', cache: 'Keys found', operations: 'Commands' },
  login: { user: null, password: 'REDIS_PASSWORD', database: null },
}
