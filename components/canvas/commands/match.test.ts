import { expect, it } from 'vitest'

import { matchScore, ranked } from './match'

it('puts what begins with the query before what contains it, and leaves out what does not', () => {
  const all = ['Detach data from api', 'api: Deploy', 'Deploy all changes', 'Redeploy', 'Open settings']
  expect(ranked(all, 'deploy', (text) => text)).toEqual(['Deploy all changes', 'api: Deploy', 'Redeploy'])
})

it('takes words in any order, and letters in theirs', () => {
  expect(matchScore('api: Deploy', 'dep api')).toBeGreaterThan(0)
  expect(matchScore('Arrange automatically', 'aram')).toBeGreaterThan(0)
  expect(matchScore('Arrange automatically', 'xa')).toBe(0)
})

it('leaves everything in its order without a query', () => {
  expect(ranked(['b', 'a'], ' ', (text) => text)).toEqual(['b', 'a'])
})
