import type { Engine } from './engine'

export const mysql: Engine = {
  word: 'MySQL',
  meaning: 'Relational database',
  versions: ['9.4', '8.4', '8.0'],
  lineParts: 2,
  port: 3306,
  dataPath: '/var/lib/mysql',
  scheme: 'mysql',
  urlKey: 'DATABASE_URL',
  variables: [
    { key: 'MYSQL_USER', value: 'app' },
    { key: 'MYSQL_PASSWORD', password: true },
    { key: 'MYSQL_DATABASE', value: 'app' },
    { key: 'MYSQL_ROOT_PASSWORD', password: true },
    { key: 'DATABASE_URL', value: 'mysql://${{self.MYSQL_USER}}:${{self.MYSQL_PASSWORD}}@${{self.HOST}}:${{self.PORT}}/${{self.MYSQL_DATABASE}}' },
  ],
  rotates: true,
  figures: { size: 'Data', cache: 'Cache hits', operations: 'Statements' },
  login: { user: 'MYSQL_USER', password: 'MYSQL_PASSWORD', database: 'MYSQL_DATABASE' },
}
