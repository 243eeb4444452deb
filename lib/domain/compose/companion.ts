import { ENGINES } from '../engine/engines'
import { formatReference } from '../reference'
import type { Draft } from './service'

/** What a variable is called that has a part of the access to a database, beside one with its host. */
const CALLED = {
  password: /PASS|PWD/i,
  user: /USER/i,
  database: /(^|_)(DB|DATABASE|DBNAME|NAME|SCHEMA)$|DATABASE|DB_NAME/i,
  port: /PORT/i,
}

/** The reference that a variable with the user, password, name or port of a database stands for; null for anything else. */
export function companion(key: string, value: string, databases: ReadonlySet<Draft>): string | null {
  if (value === '') return null
  for (const { key: name, engine, access } of databases) {
    const { login, port } = ENGINES[engine!]
    const is = (of: string | null) => of !== null && value === (access.written[of] ?? access.credentials[of])
    if (CALLED.password.test(key)) {
      const of = [login.password, ...Object.keys(access.credentials).filter((each) => each.endsWith('_ROOT_PASSWORD'))].find((each) => value === access.written[each])
      if (of !== undefined) return formatReference(name, of)
    } else if (CALLED.user.test(key) && is(login.user)) return formatReference(name, login.user!)
    else if (CALLED.port.test(key) && value === String(port)) return formatReference(name, 'PORT')
    else if (CALLED.database.test(key) && is(login.database)) return formatReference(name, login.database!)
  }
  return null
}
