import type { VariableView } from '@/lib/contract/service'

import type { Plain, Setting } from './history'

type Seen = Pick<VariableView, 'key' | 'value' | 'secret' | 'scope'>

/** What a save of variables changed, as something that can be taken back. Null when nothing changed, or something secret, which is not known here. */
export function variablesSetting(serviceId: string, before: readonly Seen[], after: readonly Seen[]): Extract<Setting, { of: 'variables' }> | null {
  const was = new Map(before.map((variable) => [variable.key, variable]))
  const is = new Map(after.map((variable) => [variable.key, variable]))
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((key) => JSON.stringify(plainOf(was.get(key))) !== JSON.stringify(plainOf(is.get(key))) || isSecret(was.get(key)) !== isSecret(is.get(key)))
  if (changed.length === 0 || changed.some((key) => isSecret(was.get(key)) || isSecret(is.get(key)))) return null
  const pick = (of: ReadonlyMap<string, Seen>): Plain => Object.fromEntries(changed.map((key) => [key, plainOf(of.get(key))]))
  return { of: 'variables', id: serviceId, before: pick(was), after: pick(is) }
}

function plainOf(variable: Seen | undefined): Plain[string] {
  return variable === undefined ? null : { value: variable.value ?? '', scope: variable.scope }
}

function isSecret(variable: Seen | undefined): boolean {
  return variable?.secret ?? false
}
