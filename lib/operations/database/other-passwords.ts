import type { ServiceRow } from '../../db/queries/services'
import { ENGINES } from '../../domain/engine/engines'
import { randomPassword } from '../../secrets/password'
import type { PlainVariables } from '../../secrets/sealed-variables'

/** Who knows the password of a database does not know that of one drawn after it; what refers to it follows. */
export function withOtherPasswords({ source }: ServiceRow, variables: PlainVariables): PlainVariables {
  if (source.type !== 'database') return variables
  const passwords = ENGINES[source.engine].variables.flatMap((variable) => ('password' in variable ? [variable.key] : []))
  return Object.fromEntries(
    Object.entries(variables).map(([key, variable]) => {
      if (!passwords.includes(key)) return [key, variable]
      const { generated: _, ...rest } = variable
      return [key, { ...rest, value: randomPassword(), secret: true }]
    }),
  )
}
