import { describe, expect, test } from 'vitest'

import { clockFailure, failureOfProblem } from './problem'

const PREFIX = 'urn:ietf:params:acme:error:'
const problem = (name: string, status = 400, other: object = {}) => ({ type: name === '' ? 'about:blank' : `${PREFIX}${name}`, detail: `said of ${name || 'nothing'}`, status, subproblems: [], retryAfterS: null, ...other })

describe('what an authority says', () => {
  test.each([
    ['connection', 'proof', 400, 'challenge_failed', 'port 80'],
    ['dns', 'proof', 400, 'challenge_failed', 'Check the DNS records'],
    ['tls', 'proof', 400, 'challenge_failed', 'nothing else answers'],
    ['unauthorized', 'proof', 403, 'challenge_failed', 'nothing else answers'],
    ['incorrectResponse', 'proof', 403, 'challenge_failed', 'nothing else answers'],
    ['unauthorized', 'asking', 403, 'authority_refused', 'refuses'],
    ['caa', 'proof', 403, 'caa_forbids', 'CAA records of example.com'],
    ['rateLimited', 'asking', 429, 'rate_limited', 'limit'],
    ['', 'asking', 429, 'rate_limited', 'limit'],
    ['serverInternal', 'asking', 500, 'authority_down', 'fault of its own'],
    ['', 'asking', 503, 'authority_down', 'fault of its own'],
    ['rejectedIdentifier', 'asking', 400, 'authority_refused', 'refuses'],
    ['externalAccountRequired', 'asking', 403, 'authority_refused', 'refuses'],
  ] as const)('%s while %s (%i) is %s', (name, during, status, reason, words) => {
    const failure = failureOfProblem(problem(name, status), { host: 'example.com', during })
    expect(failure.reason).toBe(reason)
    expect(failure.message).toContain(words)
    expect(failure.message).toContain(`said of ${name || 'nothing'}`)
  })

  test('within others counts as well, is said once, and is cut where it is long', () => {
    const compound = problem('compound', 400, { subproblems: [{ type: `${PREFIX}caa`, detail: 'CAA forbids it' }, { type: `${PREFIX}caa`, detail: 'CAA forbids it' }] })
    const { reason, message } = failureOfProblem(compound, { host: 'example.com', during: 'asking' })
    expect(reason).toBe('caa_forbids')
    expect(message.match(/CAA forbids it/g)).toHaveLength(1)
    const long = failureOfProblem({ ...problem('dns'), detail: `bad\u0000\n${'x'.repeat(9_000)}` }, { host: 'example.com', during: 'proof' })
    expect(long.message.length).toBeLessThan(600)
    expect(long.message).not.toMatch(/\p{Cc}/u)
  })
})

test.each([
  [4 * 60_000, null],
  [-4 * 60_000, null],
  [12 * 60_000, '12 minutes ahead of'],
  [-90 * 60_000, '90 minutes behind'],
])('a clock that is %i ms ahead', (aheadMs, words) => {
  const failure = clockFailure(aheadMs)
  if (words === null) expect(failure).toBeNull()
  else expect(failure).toMatchObject({ reason: 'clock_wrong', message: expect.stringContaining(words) })
})
