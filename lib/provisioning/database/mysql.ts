import { mysqlFigures } from './figures/parts'
import { mysqlCredentials } from './mysql-credentials'
import type { EngineRecipe } from './recipe'
import { MYSQL_START } from './start-scripts'

// MySQL is run by its official image only.

export const mysql: EngineRecipe = {
  process: null,
  credentials: mysqlCredentials,
  figures: mysqlFigures,
  image: {
    reference: (version) => `mysql:${version}`,
    env: {},
    argv: ['sh', '-c', MYSQL_START],
    knowsRestored: true,
    probe: ['sh', '-c', 'MYSQL_PWD="$MYSQL_PASSWORD" exec mysql --protocol=tcp -h 127.0.0.1 --connect-timeout=5 -u "$MYSQL_USER" -e "select 1" "$MYSQL_DATABASE"'],
  },
}
