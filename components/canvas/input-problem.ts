import type { z } from 'zod'

import type { FieldErrors } from '@/lib/errors'

/** What is wrong with an input, in the shape in which the server refuses one. */
export type InputProblem = { code: 'invalid_input'; message: string; fields: FieldErrors; requestId: null }

/** Holds values against the contract before they are sent: the same words as the server's, without the journey. */
export function inputProblem(values: Record<string, readonly [schema: z.ZodType, value: unknown]>): InputProblem | null {
  const fields: FieldErrors = {}
  for (const [name, [schema, value]] of Object.entries(values)) {
    const parsed = schema.safeParse(value)
    for (const issue of parsed.error?.issues ?? []) fields[[name, ...issue.path].join('.')] ??= issue.message
  }
  return Object.keys(fields).length === 0 ? null : { code: 'invalid_input', message: 'It cannot be used as it is. Check the marked fields.', fields, requestId: null }
}
