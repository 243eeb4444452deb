import type { Seal } from './seal'

// What a value is sealed for is part of its seal: moved to another row it does not open.

/** Variables of one service with their values. */
export type PlainVariables = Record<string, { value: string; secret: boolean }>

type Owner = { serviceId: string; key: string }

export function sealVariable(seal: Seal, { serviceId, key }: Owner, value: string): string {
  return seal.seal(value, `variable:${serviceId}:${key}`)
}

export function openVariable(seal: Seal, { serviceId, key, valueSealed }: Owner & { valueSealed: string }): string {
  return seal.open(valueSealed, `variable:${serviceId}:${key}`)
}

/** Seals the variables of a deployment as they were when it was created, references unresolved. */
export function sealFrozen(seal: Seal, deploymentId: string, variables: PlainVariables): string {
  return seal.seal(JSON.stringify(variables), `deployment:${deploymentId}`)
}

export function openFrozen(seal: Seal, deploymentId: string, sealed: string): PlainVariables {
  return JSON.parse(seal.open(sealed, `deployment:${deploymentId}`)) as PlainVariables
}
