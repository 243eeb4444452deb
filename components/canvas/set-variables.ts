import { fetchQuery } from '@/components/client/query'
import { serviceGet, variableList, variableReplace, variableSetBack } from '@/lib/contract/doors'

import type { Plain, Setting } from './history'
import { outrun } from './outrun'
import { advanceIn } from './record'
import type { Hands } from './save-spots'

/** Sets some variables of a service that nobody has changed since; all others, and what is secret, stay as they are. */
export async function setVariables({ store, run }: Pick<Hands, 'store' | 'run'>, { id, before, after }: Extract<Setting, { of: 'variables' }>): Promise<void> {
  const { variables, revision } = await fetchQuery(variableList, { serviceId: id })
  const now = new Map(variables.map((variable) => [variable.key, variable]))
  const changed = Object.keys(before).find((key) => !isAsSaid(now.get(key), before[key] ?? null))
  if (changed !== undefined) throw outrun(`Somebody has changed ${changed} since.`)
  const kept = variables.filter(({ key }) => !(key in after)).map(({ key, value, secret, scope }) => [key, { value, secret, scope }] as const)
  const wanted = Object.entries(after).flatMap(([key, variable]) => (variable === null ? [] : [[key, { ...variable, secret: false }] as const]))
  const saved = await run(variableReplace, { serviceId: id, variables: Object.fromEntries([...kept, ...wanted]), ifRevision: revision })
  advanceIn(store, id, { from: revision, to: saved.revision })
}

/** The same by a ticket, with which the server compares: what is secret is not known here. */
export async function setSealedVariables({ store, run }: Pick<Hands, 'store' | 'run'>, { id, ticket, after }: Extract<Setting, { of: 'sealed_variables' }>): Promise<void> {
  const { revision } = await fetchQuery(serviceGet, { serviceId: id })
  const saved = await run(variableSetBack, { serviceId: id, ticket, to: after })
  advanceIn(store, id, { from: revision, to: saved.revision })
}

function isAsSaid(now: { value: string | null; secret: boolean; scope: string } | undefined, said: Plain[string]): boolean {
  if (said === null) return now === undefined
  return now !== undefined && !now.secret && now.value === said.value && now.scope === said.scope
}
