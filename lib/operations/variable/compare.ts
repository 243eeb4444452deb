import type { z } from 'zod'

import type { VariableInput } from '../../contract/service'
import { settle } from '../../domain/generate'
import type { PlainVariables } from '../../secrets/sealed-variables'

export type WantedVariable = z.output<typeof VariableInput>

export type Comparison = {
  /** As they will be, kept ones included. */
  next: PlainVariables
  /** Keys that are new or different. */
  set: string[]
  removed: string[]
  /** What cannot be done, a sentence per key. */
  problems: Record<string, string>
}

/**
 * What replacing variables means: what is set, what goes, what stays. A plain string is a secret; null keeps the value. A
 * generator gives what it gave before; only a new one gives something new.
 */
export function compareVariables(present: PlainVariables, wanted: Readonly<Record<string, WantedVariable>>): Comparison {
  const comparison: Comparison = { next: {}, set: [], removed: Object.keys(present).filter((key) => !Object.hasOwn(wanted, key)), problems: {} }
  for (const [key, input] of Object.entries(wanted)) {
    const { value, secret, scope } = typeof input === 'string' ? { value: input, secret: true } : input
    const former = Object.hasOwn(present, key) ? present[key] : undefined
    if (value === null && !former) comparison.problems[key] = 'Has no value to keep. Give it one.'
    // Otherwise what is shown only by revealing it, which is recorded, would be shown without.
    else if (value === null && former!.secret && !secret) comparison.problems[key] = 'Is a secret. Give its value again to make it plain.'
    else {
      const written = value ?? former!.value
      const generated = settle(written, former)
      const next = { value: written, secret, scope: scope ?? former?.scope ?? 'both', ...(generated.length === 0 ? {} : { generated }) }
      comparison.next[key] = next
      if (!former || former.value !== next.value || former.secret !== next.secret || (former.scope ?? 'both') !== next.scope) comparison.set.push(key)
    }
  }
  return comparison
}
