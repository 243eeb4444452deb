import type { EngineName } from '../../../domain/engine/engines'
import type { EngineCopy } from './copy'
import { mariadbCopy } from './mariadb'
import { postgresCopy } from './postgres'
import { redisCopy } from './redis'

/** How each engine that runs as a process is copied. */
export const COPIES: Partial<Record<EngineName, EngineCopy>> = { postgres: postgresCopy, mariadb: mariadbCopy, redis: redisCopy('REDIS_PASSWORD'), valkey: redisCopy('VALKEY_PASSWORD') }
