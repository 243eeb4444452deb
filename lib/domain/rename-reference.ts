import { findReferences, formatReference } from './reference'

/** A value in which references follow services to their new names. `names`: old name to new name. */
export function followNames(value: string, names: ReadonlyMap<string, string>): string {
  let text = ''
  let end = 0
  for (const reference of findReferences(value)) {
    const name = names.get(reference.service)
    text += value.slice(end, reference.index) + (name === undefined ? reference.text : formatReference(name, reference.key))
    end = reference.index + reference.text.length
  }
  return text + value.slice(end)
}
