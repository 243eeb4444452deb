import type { ServiceNode } from '@/lib/contract/graph'
import { ENGINES } from '@/lib/domain/engine/engines'
import { PLATFORM_KEYS } from '@/lib/domain/reference'

export type OfferedKey = { key: string; meaning: string }

/** What a service offers to the variables of others, the most useful first: an address, or everything a client of a database needs. */
export function offeredBy({ source }: Pick<ServiceNode, 'source'>): OfferedKey[] {
  const platform = Object.entries(PLATFORM_KEYS).map(([key, meaning]) => ({ key, meaning }))
  if (source.type !== 'database') return platform
  const { urlKey, variables, word } = ENGINES[source.engine]
  const own = variables.filter(({ key }) => key !== urlKey).map((variable) => ({ key: variable.key, meaning: 'password' in variable ? 'generated password' : `variable of ${word}` }))
  return [{ key: urlKey, meaning: 'address with user and password' }, ...platform.filter(({ key }) => key === 'HOST' || key === 'PORT'), ...own]
}
