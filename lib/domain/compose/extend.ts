import { complain, shown, type Entries, type Findings, type Value } from './value'

/** Lists that are one thing as a whole. */
const WHOLE = new Set(['command', 'entrypoint', 'test'])

/** A service with what it has from another one of the file that it extends. */
export function extended(findings: Findings, services: Entries, key: string, seen: readonly string[] = []): Value {
  const { value } = services.get(key)!
  const wish = value.kind === 'map' ? value.entries.get('extends') : undefined
  if (value.kind !== 'map' || !wish) return value
  const from = wish.value.kind === 'map' ? wish.value.entries : null
  const name = wish.value.kind === 'text' ? wish.value.text : textIn(from?.get('service')?.value)
  const file = textIn(from?.get('file')?.value)
  if (file !== '') return refused(`It extends a service of ${shown(file)}, which is not a part of this file. Write here what it has from there.`)
  if (!services.has(name)) return refused(`It extends ${shown(name) || 'nothing'}, and there is no such service in this file.`)
  if (name === key || seen.includes(name)) return refused(`It extends ${shown(name)}, which extends it in turn.`)
  const base = extended(findings, services, name, [...seen, key])
  return base.kind === 'map' ? { ...value, entries: merged(base.entries, value.entries) } : value

  function refused(message: string): Value {
    complain(findings, wish!.at, message)
    return value
  }
}

function textIn(value: Value | undefined): string {
  return value?.kind === 'text' ? value.text : ''
}

/** Maps are joined, lists follow one another, and of anything else the own one holds. What a service waits for is not inherited. */
function merged(base: Entries, own: Entries): Entries {
  const all = new Map([...base].filter(([name]) => name !== 'depends_on' && name !== 'extends' && name !== 'profiles'))
  for (const [name, entry] of own) {
    const former = all.get(name)?.value
    const { value } = entry
    if (former?.kind === 'map' && value.kind === 'map') all.set(name, { ...entry, value: { ...value, entries: new Map([...former.entries, ...value.entries]) } })
    else if (former?.kind === 'list' && value.kind === 'list' && !WHOLE.has(name)) all.set(name, { ...entry, value: { ...value, items: [...former.items, ...value.items] } })
    else all.set(name, entry)
  }
  return all
}
