import { mongodbFigures, mysqlFigures } from './figures/parts'
import type { EngineRecipe } from './recipe'

// Engines that are run by their official images only.

export const mysql: EngineRecipe = {
  process: null,
  credentials: null,
  figures: mysqlFigures,
  image: {
    reference: (version) => `mysql:${version}`,
    env: {},
    argv: null,
    knowsRestored: false,
    probe: ['sh', '-c', 'MYSQL_PWD="$MYSQL_PASSWORD" exec mysql --protocol=tcp -h 127.0.0.1 --connect-timeout=5 -u "$MYSQL_USER" -e "select 1" "$MYSQL_DATABASE"'],
  },
}

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
