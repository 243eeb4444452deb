import { describe, expect, it } from 'vitest'

import { parse } from './parse'
import { print } from './print'

/** Each way to write it, and the one it is printed in. */
const CANONICAL: [string, string][] = [
  ['', ''],
  ['timeout', 'timeout'],
  ['  a   b ', 'a b'],
  ['a AND b', 'a b'],
  ['a OR b c', 'a OR b c'],
  ['(a OR b) c', '(a OR b) c'],
  ['a (b c)', 'a b c'],
  ['((a OR b)) OR c', 'a OR b OR c'],
  ['-timeout', '-timeout'],
  ['NOT timeout', '-timeout'],
  ['NOT NOT a', '-(-a)'],
  ['-(a b)', '-(a b)'],
  ['"connection refused"', '"connection refused"'],
  [String.raw`"say \"hi\" \\"`, String.raw`"say \"hi\" \\"`],
  ['"word"', 'word'],
  ['"OR"', '"OR"'],
  ['"service:api"', '"service:api"'],
  ['"@x"', '"@x"'],
  ['a - b', 'a - b'],
  ['--verbose', '--verbose'],
  ['"-x"', '"-x"'],
  ['12:30:01', '12:30:01'],
  ['GET:', 'GET:'],
  ['@level:ERROR', '@level:error'],
  ['level:warning', '@level:warn'],
  ['@level:>=warn', '@level:>=warn'],
  ['@level:>warn', '@level:>=error'],
  ['@level:<warn', '@level:<=info'],
  ['@level:warn..error', '@level:warn..error'],
  ['@level:>=trace', '@level:*'],
  ['@level:none', '@level:none'],
  ['@user:alice', '@user:alice'],
  ['@user.name:"Alice A"', '@user.name:"Alice A"'],
  ['@"user name":x', '@"user name":x'],
  ['@path:/api/*/items', '@path:/api/*/items'],
  ['@path:"/api/*"', '@path:"/api/*"'],
  ['@path:**', '@path:*'],
  ['@ms:>500', '@ms:>500'],
  ['@ms:<=-0.50', '@ms:<=-0.5'],
  ['@ms:>0.0000001', '@ms:>0.0000001'],
  ['@status:500..599', '@status:500..599'],
  ['@status:"500.."', '@status:"500.."'],
  ['@v:1.2..x', '@v:1.2..x'],
  ['@v:">5"', '@v:">5"'],
  ['service:api', 'service:api'],
  ['service:web*', 'service:web*'],
  ['deployment:12', 'deployment:12'],
  ['deployment:12..15', 'deployment:12..15'],
  ['kind:http stream:stderr part:0', 'kind:http stream:stderr part:0'],
  ['after:60m', 'after:1h'],
  ['after:7d', 'after:1w'],
  ['after:90s', 'after:90s'],
  ['after:0h', 'after:0ms'],
  ['before:2026-01-31', 'before:2026-01-31T00:00:00.000Z'],
  ['before:2026-01-31T12:00', 'before:2026-01-31T12:00:00.000Z'],
  ['before:2026-01-31T12:00:30+02:00', 'before:2026-01-31T10:00:30.000Z'],
]

/** What is wrong, where, and a word of the remedy. */
const PROBLEMS: [string, string, RegExp][] = [
  ['a "b', '"b', /Add another "/],
  ['x ()', '()', /nothing between/],
  ['(a', '(', /Add \)/],
  ['a)', ')', /closes nothing/],
  [')', ')', /closes nothing/],
  ['(', '(', /not closed/],
  ['a OR', 'OR', /has to follow/],
  ['OR a', 'OR', /before it/],
  ['a (OR b)', 'OR', /before it/],
  ['a OR OR b', 'OR', /has to follow/],
  ['x NOT', 'NOT', /has to follow/],
  ['""', '""', /nothing between these quotes/],
  ['x @', '@', /name of an attribute/],
  ['@a..b:1', '@a..b', /name of an attribute/],
  ['@user x', '@user', /@user:\*/],
  ['x @user: y', '@user:', /directly after/],
  ['service: api', 'service:', /service:api/],
  ['@level:loud', 'loud', /trace, debug/],
  ['@level:>= warn', '>=', /A level is missing after ">="/],
  ['@level:>fatal', '>fatal', /No level/],
  ['@level:error..warn', 'error..warn', /No level/],
  ['@level:>warn..error', '>warn..error', /needs no sign/],
  ['@ms:>fast', '>fast', /Only numbers/],
  ['@ms:>1234567890123456', '>1234567890123456', /15 digits/],
  ['@ms:5..1', '5..1', /smaller number first/],
  ['@ms:500..', '500..', />=500/],
  ['x @ms:..500', '..500', /both sides/],
  ['service:>3', '>3', /compared as numbers/],
  ['deployment:new', 'new', /have numbers/],
  ['kind:web', 'web', /build, deploy, runtime or http/],
  ['stream:>1', '>1', /cannot be compared/],
  ['a after:yesterday', 'yesterday', /after:1h/],
  ['before:2026-13-01', '2026-13-01', /not a time/],
]

describe('a filter', () => {
  it.each(CANONICAL)('%j reads as %j', (text, canonical) => {
    const parsed = parse(text)
    expect(parsed).toMatchObject({ ok: true })
    if (parsed.ok) expect(print(parsed.filter)).toBe(canonical)
  })

  it.each(PROBLEMS)('%j is pointed at %j', (text, piece, remedy) => {
    const parsed = parse(text)
    expect(parsed.ok).toBe(false)
    if (parsed.ok) return
    const { at, length, message } = parsed.problem
    expect(text.slice(at, at + length)).toBe(piece)
    expect(message).toMatch(remedy)
    expect(message).toMatch(/\.$/)
  })

  it('is bounded in length, depth and number of terms', () => {
    expect(parse('x'.repeat(2001))).toMatchObject({ ok: false, problem: { at: 2000, length: 1 } })
    expect(parse(`${'('.repeat(500)}a${')'.repeat(500)}`)).toMatchObject({ ok: false, problem: { message: expect.stringContaining('deep') as string } })
    expect(parse(`${'-('.repeat(16)}a${')'.repeat(16)}`)).toMatchObject({ ok: false })
    expect(parse('NOT '.repeat(400) + 'a')).toMatchObject({ ok: false })
    expect(parse('a '.repeat(101))).toMatchObject({ ok: false, problem: { at: 200 } })
  })
})
