import type { z } from 'zod'

import type { FieldErrors } from '@/lib/errors'

/** What is wrong with an input, in the shape in which the server refuses one. */
export type InputProblem = { code: 'invalid_input'; message: string; fields: FieldErrors; requestId: null }

/** Holds values against the contract before they are sent: where the contract has no words of its own, what was found is named. */
export function inputProblem(values: Record<string, readonly [schema: z.ZodType, value: unknown]>): InputProblem | null {
  const fields: FieldErrors = {}
  for (const [name, [schema, value]] of Object.entries(values)) {
    const parsed = schema.safeParse(value, { error: whatWasFound })
    for (const issue of parsed.error?.issues ?? []) fields[[name, ...issue.path].join('.')] ??= issue.message
  }
  return Object.keys(fields).length === 0 ? null : { code: 'invalid_input', message: 'It cannot be used as it is. Check the marked fields.', fields, requestId: null }
}

type Issue = Parameters<z.core.$ZodErrorMap>[0]

/** A sentence about a number that was typed; anything else is left to the contract. */
function whatWasFound({ code, input, ...issue }: Issue): string | undefined {
  if (code === 'invalid_type' && issue.expected === 'int') return `Must be a whole number, but ${String(input)} was given.`
  if (code === 'invalid_type' && issue.expected === 'number') return input === '' ? 'Give a number.' : `"${String(input)}" is not a number.`
  if (code === 'too_small' && typeof input === 'number') return `Must be at least ${String(issue.minimum)}, but ${input} was given.`
  if (code === 'too_big' && typeof input === 'number') return issue.origin === 'int' ? `${input} is far too large.` : `Must be at most ${String(issue.maximum)}, but ${input} was given.`
  return undefined
}
