import type { FiguresPart } from './part'

// What each engine is asked for, in its own words.

export const postgresFigures: FiguresPart = {
  statements: [
    `select told.name, told.value from (values
      ('connections', (select sum(numbackends) from pg_catalog.pg_stat_database)),
      ('max_connections', current_setting('max_connections')::numeric),
      ('size', (select sum(pg_catalog.pg_database_size(oid)) from pg_catalog.pg_database where not datistemplate and has_database_privilege(oid, 'connect'))),
      ('hit', (select sum(blks_hit) from pg_catalog.pg_stat_database)),
      ('read', (select sum(blks_read) from pg_catalog.pg_stat_database)),
      ('transactions', (select sum(xact_commit + xact_rollback) from pg_catalog.pg_stat_database))) as told (name, value)`,
  ],
  names: { used: ['connections'], allowed: ['max_connections'], size: ['size'], lookups: ['hit', 'read'], misses: ['read'], operations: ['transactions'] },
  own: 1,
}

const MYSQL_STATEMENTS = [
  "show global status where variable_name in ('Threads_connected', 'Innodb_buffer_pool_read_requests', 'Innodb_buffer_pool_reads', 'Questions')",
  "show global variables like 'max\\_connections'",
  "select 'size', coalesce(sum(data_length + index_length), 0) from information_schema.tables where table_schema not in ('information_schema', 'performance_schema', 'mysql', 'sys')",
]

/** MariaDB and MySQL, whose users may all ask for it. Sizes are of the tables that the user may see. */
export const mysqlFigures: FiguresPart = {
  statements: MYSQL_STATEMENTS,
  names: { used: ['Threads_connected'], allowed: ['max_connections'], size: ['size'], lookups: ['Innodb_buffer_pool_read_requests'], misses: ['Innodb_buffer_pool_reads'], operations: ['Questions'] },
  own: 1,
}

/** Redis and Valkey. */
export const redisFigures: FiguresPart = {
  commands: [['INFO'], ['CONFIG', 'GET', 'maxclients']],
  names: { used: ['connected_clients'], allowed: ['maxclients'], size: ['used_memory'], lookups: ['keyspace_hits', 'keyspace_misses'], misses: ['keyspace_misses'], operations: ['total_commands_processed'] },
  own: 1,
}

const MONGO_SCRIPT = [
  'const { connections, opcounters, wiredTiger } = db.adminCommand({ serverStatus: 1 })',
  'const size = db.adminCommand({ listDatabases: 1 }).totalSize',
  'const told = { current: connections.current, available: connections.available, size, asked: wiredTiger?.cache["pages requested from the cache"], read: wiredTiger?.cache["pages read into cache"], operations: Object.values(opcounters).filter((count) => !Number.isNaN(Number(count))).reduce((sum, count) => sum + Number(count), 0) }',
  'print(JSON.stringify(Object.fromEntries(Object.entries(told).filter(([, value]) => value != null).map(([name, value]) => [name, Number(value)]))))',
].join('; ')

/** By the shell in its image: its protocol is not spoken here. The shell holds more than one connection. */
export const mongodbFigures: FiguresPart = {
  program: ['sh', '-c', 'exec mongosh --quiet -u "$MONGO_INITDB_ROOT_USERNAME" -p "$MONGO_INITDB_ROOT_PASSWORD" --authenticationDatabase admin --eval "$0"', MONGO_SCRIPT],
  names: { used: ['current'], allowed: ['current', 'available'], size: ['size'], lookups: ['asked'], misses: ['read'], operations: ['operations'] },
  own: 0,
}
