import { describe, expect, it } from 'vitest'

import { grouped, standingOf, termOf, withStanding } from './filter-edit'

const error = termOf('level', 'error')
const user = termOf('@user.name', 'Ada "A" Other')

describe('a filter that is written by pointing', () => {
  it.each([
    ['', '@level:error'],
    ['timeout', 'timeout @level:error'],
    ['one AND two', 'one AND two @level:error'],
    ['one OR two', '(one OR two) @level:error'],
    ['-@level:error timeout', 'timeout @level:error'],
    ['@level:error', '@level:error'],
  ])('asks for a level besides "%s"', (before, after) => expect(withStanding(before, error, 'asked')).toBe(after))

  it('excludes, and takes both back', () => {
    expect(withStanding('timeout @level:error', error, 'excluded')).toBe('timeout -@level:error')
    expect(withStanding('timeout -@level:error', error, 'open')).toBe('timeout')
    expect(withStanding('@level:error', error, 'open')).toBe('')
  })

  it('says how it stands to a term', () => {
    expect(standingOf('api @level:error', error)).toBe('asked')
    expect(standingOf('-@level:error', error)).toBe('excluded')
    expect(standingOf('api OR @level:error', error)).toBe('open')
    expect(standingOf('"no end', error)).toBe('open')
  })

  it('finds again what is in quotes', () => {
    const text = withStanding('', user, 'asked')!
    expect(text).toBe('@user.name:"Ada \\"A\\" Other"')
    expect(standingOf(text, user)).toBe('asked')
  })

  it('leaves a filter alone that cannot be read', () => expect(withStanding('(one', error, 'asked')).toBeNull())

  it.each([
    ['service', 'svc_1', 'service:svc_1'],
    ['deployment', '12', 'deployment:12'],
    ['kind', 'http', 'kind:http'],
    ['level', 'none', '@level:none'],
    ['@status', '200', '@status:200'],
  ])('names %s %s as the language does', (field, value, text) => expect(withStanding('', termOf(field, value), 'asked')).toBe(text))
})

it('a filter stands beside others as one', () => {
  expect(grouped(' a OR b ')).toBe('(a OR b)')
  expect(grouped(' a b ')).toBe('a b')
})
