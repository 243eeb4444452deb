import { mongodbFigures } from './figures/parts'
import type { EngineRecipe } from './recipe'

// MongoDB is run by its official image only.

export const mongodb: EngineRecipe = {
  process: null,
  credentials: null,
  figures: mongodbFigures,
  image: {
    reference: (version) => `mongo:${version}`,
    env: {},
    argv: null,
    knowsRestored: false,
    probe: ['sh', '-c', 'exec mongosh --quiet -u "$MONGO_INITDB_ROOT_USERNAME" -p "$MONGO_INITDB_ROOT_PASSWORD" --authenticationDatabase admin --eval "quit(db.runCommand({ ping: 1 }).ok === 1 ? 0 : 1)"'],
  },
}
