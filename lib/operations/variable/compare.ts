import type { z } from 'zod'

import type { VariableInput } from '../../contract/service'
import type { PlainVariables } from '../../secrets/sealed-variables'

export type Comparison = {
  /** As they will be, kept ones included. */
  next: PlainVariables
  /** Keys that are new or different. */
  set: string[]
  removed: string[]
  /** What cannot be done, a sentence per key. */
  problems: Record<string, string>
}

/** What replacing variables means: what is set, what goes, what stays. A plain string is a secret; null keeps the value. */
export function compareVariables(present: PlainVariables, wanted: Readonly<Record<string, z.output<typeof VariableInput>>>): Comparison {
  const comparison: Comparison = { next: {}, set: [], removed: Object.keys(present).filter((key) => !Object.hasOwn(wanted, key)), problems: {} }
  for (const [key, input] of Object.entries(wanted)) {
    const { value, secret } = typeof input === 'string' ? { value: input, secret: true } : input
    const former = Object.hasOwn(present, key) ? present[key] : undefined
    if (value === null && !former) comparison.problems[key] = 'Has no value to keep. Give it one.'
    // Otherwise what is shown only by revealing it, which is recorded, would be shown without.
    else if (value === null && former!.secret && !secret) comparison.problems[key] = 'Is a secret. Give its value again to make it plain.'
    else {
      const next = { value: value ?? former!.value, secret }
      comparison.next[key] = next
      if (!former || former.value !== next.value || former.secret !== next.secret) comparison.set.push(key)
    }
  }
  return comparison
}
