import type { EngineName } from '../../domain/engine/engines'
import { mariadb } from './mariadb'
import { mongodb } from './mongodb'
import { mysql } from './mysql'
import { postgres } from './postgres'
import type { EngineRecipe } from './recipe'
import { redis, valkey } from './redis'

/** How each engine is run. */
export const RECIPES: Record<EngineName, EngineRecipe> = { postgres, mariadb, redis, mysql, valkey, mongodb }
