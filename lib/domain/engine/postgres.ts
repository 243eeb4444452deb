import type { Engine } from './engine'

export const postgres: Engine = {
  word: 'PostgreSQL',
  meaning: 'Relational database',
  versions: ['18', '17', '16', '15', '14'],
  lineParts: 1,
  port: 5432,
  // The folder above the one that images declare as theirs, which moved with version 18.
  dataPath: '/var/lib/postgresql',
  scheme: 'postgresql',
  urlKey: 'DATABASE_URL',
  variables: [
    { key: 'POSTGRES_USER', value: 'app' },
    { key: 'POSTGRES_PASSWORD', password: true },
    { key: 'POSTGRES_DB', value: 'app' },
    { key: 'DATABASE_URL', value: 'postgresql://${{self.POSTGRES_USER}}:${{self.POSTGRES_PASSWORD}}@${{self.HOST}}:${{self.PORT}}/${{self.POSTGRES_DB}}' },
  ],
  rotates: true,
  figures: { size: 'Data', cache: 'Cache hits', operations: 'Transactions' },
  login: { user: 'POSTGRES_USER', password: 'POSTGRES_PASSWORD', database: 'POSTGRES_DB' },
}
