import type { VariableView } from '@/lib/contract/service'

import type { Plain, Setting } from './history'

type Seen = Pick<VariableView, 'key' | 'value' | 'secret' | 'scope'>

type Saved = { variables: readonly Seen[]; ticket: string | null }

/** What a save of variables changed, as something that can be taken back: by their values, or, where one is secret, by the ticket of the save. */
export function variablesSetting(serviceId: string, before: readonly Seen[], { variables: after, ticket }: Saved): Extract<Setting, { of: 'variables' | 'sealed_variables' }> | null {
  // A secret that was given another value looks as it did: where there is one, only the server knows what was changed.
  if ([...before, ...after].some(({ secret }) => secret)) return ticket === null ? null : { of: 'sealed_variables', id: serviceId, ticket, before: 'before', after: 'after' }
  const was = new Map(before.map((variable) => [variable.key, variable]))
  const is = new Map(after.map((variable) => [variable.key, variable]))
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((key) => JSON.stringify(plainOf(was.get(key))) !== JSON.stringify(plainOf(is.get(key))))
  if (changed.length === 0) return null
  const pick = (of: ReadonlyMap<string, Seen>): Plain => Object.fromEntries(changed.map((key) => [key, plainOf(of.get(key))]))
  return { of: 'variables', id: serviceId, before: pick(was), after: pick(is) }
}

function plainOf(variable: Seen | undefined): Plain[string] {
  return variable === undefined ? null : { value: variable.value ?? '', scope: variable.scope }
}
