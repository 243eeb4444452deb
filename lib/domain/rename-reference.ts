import { replaceExpressions } from './expression'
import { formatReference } from './reference'

/** A value in which references follow services to their new names. `names`: old name to new name. */
export function followNames(value: string, names: ReadonlyMap<string, string>): string {
  return replaceExpressions(value, (expression) => {
    const name = expression.kind === 'reference' ? names.get(expression.service) : undefined
    return expression.kind !== 'reference' || name === undefined ? expression.text : formatReference(name, expression.key)
  })
}
