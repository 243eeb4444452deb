import { expect, test } from 'vitest'

import { bytesWords, processorWords, shareOf } from './use-words'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [181 * 1024 * 1024, '181 MiB'],
  [1.25 * 1024 ** 3, '1.3 GiB'],
  [40 * 1024 ** 3, '40 GiB'],
])('%d bytes are %s', (bytes, words) => expect(bytesWords(bytes)).toBe(words))

test('processors have two digits at most', () => expect([0, 3, 132, 1000, 2500].map(processorWords)).toEqual(['0', '<0.01', '0.13', '1', '2.5']))

test('a share is of a limit, and never more than all of it', () => expect([shareOf(50, 100), shareOf(300, 100), shareOf(5, null), shareOf(null, 100), shareOf(5, 0)]).toEqual([0.5, 1, null, null, null]))
