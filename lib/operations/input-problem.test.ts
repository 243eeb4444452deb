import { expect, test } from 'vitest'
import { z } from 'zod'

import { inputProblem } from './input-problem'

const Input = z.strictObject({
  text: z.string().max(5).optional(),
  list: z.array(z.number().min(2)).min(1).optional(),
  keys: z.record(z.string().regex(/^[a-z]+$/, 'Must be small letters.'), z.string()).optional(),
  one: z.enum(['a', 'b']).optional(),
  source: z.discriminatedUnion('type', [z.object({ type: z.literal('git') }), z.object({ type: z.literal('image') })]).optional(),
  own: z.string().max(1, 'Has words of its own.').optional(),
})

test.each([
  [{ text: 'longer' }, 'Must have at most 5 characters, and has 6.'],
  [{ text: 7 }, 'Must be a text, and is a number.'],
  [{ list: 'x' }, 'Must be a list, and is a text.'],
  [{ list: [] }, 'Must have at least 1 entry, and has 0.'],
  [{ list: [1] }, 'Must be at least 2, and is 1.'],
  [{ keys: { A: 'x' } }, 'Must be small letters.'],
  [{ keys: ['x'] }, 'Must be an object, and is a list.'],
  [{ one: 'c' }, 'Must be one of a, b, and is "c".'],
  [{ source: { type: 'folder' } }, 'Must be one of git, image, and is "folder".'],
  [{ source: {} }, 'Must be one of git, image, and is missing.'],
  [{ own: 'xx' }, 'Has words of its own.'],
])('%j: %s', (input, message) => {
  expect(Input.safeParse(input, { error: inputProblem }).error?.issues[0]?.message).toBe(message)
})
