import { expect, test } from 'vitest'

import { readJsonBody } from './request'

const sent = (body: string) => new Request('http://easel/', { method: 'POST', body, headers: { 'content-type': 'application/json' } })

test('a body is read as it was sent', async () => {
  expect(await readJsonBody(sent('{"variables":{"constructor":"a","toString":"b"}}'))).toEqual({ variables: { constructor: 'a', toString: 'b' } })
})

test.each([
  ['{"variables":{"__proto__":"lost"}}', 'The body has something named __proto__'],
  ['{"a":', 'The body is not valid JSON.'],
  ['[1]', 'The body must be a JSON object.'],
])('%s is refused', async (body, sentence) => {
  await expect(readJsonBody(sent(body))).rejects.toThrow(sentence)
})
