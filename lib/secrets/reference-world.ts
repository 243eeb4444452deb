import { SHARED, type Owner, type ReferenceWorld } from '../domain/reference'
import { openVariables, type PlainVariables, type VariableOwner } from './sealed-variables'
import type { Seal } from './seal'

type SealedRow = VariableOwner & { key: string; valueSealed: string; generatedSealed: string | null; secret: boolean }

/** What references of one environment may lead to. Never anything else: whatever they say, they find only this. */
export type Reachable = {
  services: readonly { name: string; offers: Readonly<Record<string, string>>; variables: readonly SealedRow[] }[]
  shared: readonly SealedRow[]
  /** Variables that stand in for those of an owner: what they are about to be, or were when they were frozen. */
  instead: { name: string; variables: PlainVariables }
}

/** An environment as the resolver asks for it, opened as far as references reach; and which of it is secret. */
export function referenceWorld(seal: Seal, { services, shared, instead }: Reachable): { world: ReferenceWorld; isSecret(owner: string, key: string): boolean } {
  const byName = new Map(services.map((service) => [service.name, service]))
  const opened = new Map<string, { owner: Owner; variables: PlainVariables } | undefined>()
  const open = (name: string) => {
    const service = byName.get(name)
    const rows = name === SHARED ? shared : service?.variables
    if (!rows) return undefined
    const variables = name === instead.name ? instead.variables : openVariables(seal, rows)
    return { owner: { variables, offers: name === SHARED ? {} : service!.offers }, variables }
  }
  const ownerOf = (name: string) => {
    if (!opened.has(name)) opened.set(name, open(name))
    return opened.get(name)
  }
  return {
    world: (name) => ownerOf(name)?.owner,
    isSecret(name, key) {
      const variables = ownerOf(name)?.variables
      return variables !== undefined && Object.hasOwn(variables, key) && variables[key]!.secret
    },
  }
}
