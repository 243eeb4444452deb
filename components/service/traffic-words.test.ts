import { expect, test } from 'vitest'

import { isErring, latencyWords, rateWords, trafficSentence } from './traffic-words'

test.each([
  [0, '0/s'],
  [0.067, '<0.1/s'],
  [0.27, '0.3/s'],
  [4.6, '4.6/s'],
  [12.4, '12/s'],
  [1_240, '1.2k/s'],
  [43_000, '43k/s'],
])('%d requests per second are %s', (rate, words) => expect(rateWords(rate)).toBe(words))

test.each([
  [0.54, '0.5 ms'],
  [7.7, '8 ms'],
  [950, '950 ms'],
  [1_240, '1.2 s'],
])('%d ms are %s', (ms, words) => expect(latencyWords(ms)).toBe(words))

test('says all of it in a sentence', () => {
  expect(trafficSentence({ requestsPerSecond: 12, errorShare: 0.034, p95Ms: 8 })).toBe('12 requests per second, 3.4 % errors, 95 % answered within 8 ms.')
  expect(trafficSentence({ requestsPerSecond: 1_200, errorShare: 0, p95Ms: null })).toBe('1.2k requests per second, no errors.')
})

test('errors are worth red from more than one in a hundred', () => {
  expect(isErring({ errorShare: 0.01 })).toBe(false)
  expect(isErring({ errorShare: 0.011 })).toBe(true)
})
