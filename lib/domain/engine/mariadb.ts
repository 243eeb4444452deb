import type { Engine } from './engine'

export const mariadb: Engine = {
  word: 'MariaDB',
  meaning: 'Relational, speaks MySQL',
  versions: ['11.8', '11.4', '10.11', '10.6'],
  lineParts: 2,
  port: 3306,
  dataPath: '/var/lib/mysql',
  scheme: 'mysql',
  urlKey: 'DATABASE_URL',
  variables: [
    { key: 'MARIADB_USER', value: 'app' },
    { key: 'MARIADB_PASSWORD', password: true },
    { key: 'MARIADB_DATABASE', value: 'app' },
    { key: 'MARIADB_ROOT_PASSWORD', password: true },
    { key: 'DATABASE_URL', value: 'mysql://${{self.MARIADB_USER}}:${{self.MARIADB_PASSWORD}}@${{self.HOST}}:${{self.PORT}}/${{self.MARIADB_DATABASE}}' },
  ],
  rotates: true,
  figures: { size: 'Data', cache: 'Cache hits', operations: 'Statements' },
  login: { user: 'MARIADB_USER', password: 'MARIADB_PASSWORD', database: 'MARIADB_DATABASE' },
}
