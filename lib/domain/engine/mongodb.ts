import type { Engine } from './engine'

export const mongodb: Engine = {
  word: 'MongoDB',
  meaning: 'Document database',
  versions: ['8.0', '7.0', '6.0'],
  lineParts: 2,
  port: 27_017,
  dataPath: '/data/db',
  scheme: 'mongodb',
  urlKey: 'MONGO_URL',
  variables: [
    { key: 'MONGO_INITDB_ROOT_USERNAME', value: 'app' },
    { key: 'MONGO_INITDB_ROOT_PASSWORD', password: true },
    { key: 'MONGO_URL', value: 'mongodb://${{self.MONGO_INITDB_ROOT_USERNAME}}:${{self.MONGO_INITDB_ROOT_PASSWORD}}@${{self.HOST}}:${{self.PORT}}/app?authSource=admin' },
  ],
  rotates: false,
  figures: { size: 'Data', cache: 'Cache hits', operations: 'Operations' },
  login: { user: 'MONGO_INITDB_ROOT_USERNAME', password: 'MONGO_INITDB_ROOT_PASSWORD', database: null },
}
