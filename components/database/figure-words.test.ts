import { expect, test } from 'vitest'

import { countWords, rateWords, shareWords } from './figure-words'

test.each([[7, '7'], [1_234, '1.2K'], [3_400_000, '3.4M']])('a count of %d is %s', (count, words) => expect(countWords(count)).toBe(words))
test.each([[1, '100 %'], [0.99999, '99.9 %'], [0.9934, '99.3 %'], [0.00001, '0.1 %'], [0, '0 %']])('a share of %d is %s', (share, words) => expect(shareWords(share)).toBe(words))
test.each([[0, '0 /s'], [0.01, '<0.1 /s'], [0.44, '0.4 /s'], [12.3, '12 /s'], [4_200, '4.2K /s']])('a rate of %d is %s', (rate, words) => expect(rateWords(rate)).toBe(words))
