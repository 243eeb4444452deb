import { describe, expect, test } from 'vitest'

import { readReply } from './redis-ask'

const WHOLE = Buffer.from('*4\r\n+OK\r\n:12\r\n$5\r\nä\r\nb\r\n$-1\r\n')

describe('an answer of Redis', () => {
  test('is read with everything in it, and no further', () => {
    expect(readReply(Buffer.concat([WHOLE, Buffer.from('+more\r\n')]), 0)).toEqual({ reply: ['OK', 12, 'ä\r\nb', null], end: WHOLE.length })
  })

  test('is waited for, wherever it was cut', () => {
    for (let length = 0; length < WHOLE.length; length++) expect(readReply(WHOLE.subarray(0, length), 0)).toBeNull()
  })

  test.each([['-WRONGPASS no\r\n', 'WRONGPASS no'], ['HTTP/1.1 400\r\n', 'It does not speak as Redis does.']])('may be a complaint: %j', (text, message) => {
    expect(() => readReply(Buffer.from(text), 0)).toThrow(message)
  })
})
