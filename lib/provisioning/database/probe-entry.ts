// Entry point of the check of a database of the process runtime. It runs on import, and ends with code 0 when the database
// answers a question of somebody with its credentials:
//
//   node dist/database-probe.mjs <engine>

import { ENGINE_NAMES } from '../../domain/engine/engines'
import { RECIPES } from './recipes'

const LIMIT_MS = 60_000

const engine = ENGINE_NAMES.find((name) => name === process.argv[2])
const recipe = engine && RECIPES[engine].process
const asked = recipe ? recipe.probe({ port: Number(process.env.PORT), env: process.env as Record<string, string> }, AbortSignal.timeout(LIMIT_MS)) : Promise.reject(new Error('There is no such engine.'))
asked.then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  },
)
