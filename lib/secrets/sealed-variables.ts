import type { VariableScope } from '../domain/variable-scope'
import type { Seal } from './seal'

// What a value is sealed for is part of its seal: moved to another row it does not open.

/** A variable with its value. */
export type PlainVariable = {
  value: string
  secret: boolean
  /** Absent in what was frozen before there were any: both. */
  scope?: VariableScope
  /** What its generators gave, in their order; absent without any. */
  generated?: string[]
}
export type PlainVariables = Record<string, PlainVariable>

/** Of a service, or of an environment: shared. */
export type VariableOwner = { serviceId: string } | { environmentId: string }
type Row = { key: string; valueSealed: string; generatedSealed: string | null; secret: boolean; scope?: VariableScope }

export function sealVariable(seal: Seal, owner: VariableOwner & { key: string }, value: string): string {
  return seal.seal(value, contextOf(owner))
}

export function openVariable(seal: Seal, row: VariableOwner & { key: string; valueSealed: string }): string {
  return seal.open(row.valueSealed, contextOf(row))
}

/** Null without any: nothing was generated. */
export function sealGenerated(seal: Seal, owner: VariableOwner & { key: string }, generated: readonly string[] | undefined): string | null {
  return generated === undefined || generated.length === 0 ? null : seal.seal(JSON.stringify(generated), `generated-${contextOf(owner)}`)
}

export function openGenerated(seal: Seal, row: VariableOwner & { key: string; generatedSealed: string | null }): string[] {
  return row.generatedSealed === null ? [] : (JSON.parse(seal.open(row.generatedSealed, `generated-${contextOf(row)}`)) as string[])
}

/** A variable as its row has it. */
export function sealPlain(seal: Seal, owner: VariableOwner & { key: string }, { value, secret, scope, generated }: PlainVariable): { valueSealed: string; generatedSealed: string | null; secret: boolean; scope: VariableScope } {
  return { valueSealed: sealVariable(seal, owner, value), generatedSealed: sealGenerated(seal, owner, generated), secret, scope: scope ?? 'both' }
}

/** The variables of some rows by key. */
export function openVariables(seal: Seal, rows: readonly (VariableOwner & Row)[]): PlainVariables {
  return Object.fromEntries(
    rows.map((row) => {
      const generated = openGenerated(seal, row)
      return [row.key, { value: openVariable(seal, row), secret: row.secret, ...(row.scope === undefined ? {} : { scope: row.scope }), ...(generated.length === 0 ? {} : { generated }) }]
    }),
  )
}

function contextOf(owner: VariableOwner & { key: string }): string {
  return 'serviceId' in owner ? `variable:${owner.serviceId}:${owner.key}` : `shared-variable:${owner.environmentId}:${owner.key}`
}

/** Seals the variables of a deployment as they were when it was created, references unresolved. */
export function sealFrozen(seal: Seal, deploymentId: string, variables: PlainVariables): string {
  return seal.seal(JSON.stringify(variables), `deployment:${deploymentId}`)
}

export function openFrozen(seal: Seal, deploymentId: string, sealed: string): PlainVariables {
  return JSON.parse(seal.open(sealed, `deployment:${deploymentId}`)) as PlainVariables
}
