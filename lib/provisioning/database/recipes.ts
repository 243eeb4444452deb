import type { EngineName } from '../../domain/engine/engines'
import { mariadb } from './mariadb'
import { mongodb, mysql } from './only-images'
import { postgres } from './postgres'
import type { EngineRecipe } from './recipe'
import { redis, valkey } from './redis'

/** How each engine is run. */
export const RECIPES: Record<EngineName, EngineRecipe> = { postgres, mariadb, redis, mysql, valkey, mongodb }
