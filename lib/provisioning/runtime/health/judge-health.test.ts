import { describe, expect, it } from 'vitest'

import { commandComplaint, complaint, delayBefore, nextHealth, type Health, type Streak } from './judge-health'
import { parseExitName, parseFormerExit } from '../process/keeper'
import { readAnswer, type Finding } from './probe-port'

const check = { kind: 'auto' as const, path: '/up', argv: [], intervalMs: 10_000, timeoutMs: 5_000, failures: 3, successes: 1 }
const starting = { port: 3000, wasHealthy: false, listening: [] as number[] }

describe('complaint', () => {
  it.each<[Finding, string | null]>([
    [{ kind: 'connected' }, null],
    [{ kind: 'status', status: 204, phrase: 'No Content' }, null],
    [{ kind: 'status', status: 302, phrase: 'Found' }, null],
    [{ kind: 'status', status: 404, phrase: 'Not Found' }, 'GET /up answered 404 Not Found.'],
    [{ kind: 'status', status: 500, phrase: 'Internal Server Error' }, 'GET /up answered 500 Internal Server Error.'],
    [{ kind: 'status', status: 503, phrase: '' }, 'GET /up answered 503 Service Unavailable.'],
    [{ kind: 'status', status: 599, phrase: '' }, 'GET /up answered 599.'],
    [{ kind: 'other' }, null],
    [{ kind: 'closed' }, null],
    [{ kind: 'refused' }, 'Nothing listens on port 3000 yet.'],
    [{ kind: 'timeout', connected: true }, 'GET /up did not answer within 5 seconds.'],
    [{ kind: 'timeout', connected: false }, 'Port 3000 did not accept a connection within 5 seconds.'],
  ])('auto, %j: %s', (finding, expected) => expect(complaint(check, finding, starting)).toBe(expected))

  it.each<[number, string | null]>([
    [404, null],
    [499, null],
    [500, 'GET / answered 500 Internal Server Error.'],
  ])('auto on the path that nobody chose, %d: %s', (status, expected) => expect(complaint({ ...check, path: '/' }, { kind: 'status', status, phrase: '' }, starting)).toBe(expected))

  it.each([
    [{ code: 0, signal: null, timedOut: false }, 'fine', null],
    [{ code: 3, signal: null, timedOut: false }, 'no disk', 'The check "./ok" ended with code 3. Its last line: no disk'],
    [{ code: null, signal: 'SIGSEGV', timedOut: false }, '', 'The check "./ok" was ended by SIGSEGV.'],
    [{ code: null, signal: 'SIGTERM', timedOut: true }, '', 'The check "./ok" did not end within 5 seconds.'],
    [{ code: 0, signal: null, timedOut: true }, '', 'The check "./ok" did not end within 5 seconds.'],
    [{ code: 1, signal: null, timedOut: false }, 'x'.repeat(400), `The check "./ok" ended with code 1. Its last line: ${'x'.repeat(300)} …`],
  ])('command, %j', (ending, last, expected) => expect(commandComplaint({ ...check, kind: 'command', argv: ['./ok', '-q'] }, ending, last)).toBe(expected))

  it.each<[Finding, string | null]>([
    [{ kind: 'status', status: 302, phrase: 'Found' }, null],
    [{ kind: 'status', status: 404, phrase: 'Not Found' }, 'GET /up answered 404 Not Found.'],
    [{ kind: 'other' }, 'Port 3000 answered GET /up with something that is not HTTP.'],
    [{ kind: 'closed' }, 'Port 3000 closed the connection without answering GET /up.'],
  ])('http, %j: %s', (finding, expected) => expect(complaint({ ...check, kind: 'http' }, finding, starting)).toBe(expected))

  it.each([
    [true, [], 'Nothing listens on port 3000 any more.'],
    [false, [4000], 'Nothing listens on port 3000; it listens on port 4000 instead. Let it listen on the port in the variable PORT.'],
    [false, [4000, 4001], 'Nothing listens on port 3000; it listens on ports 4000, 4001 instead. Let it listen on the port in the variable PORT.'],
    [false, [3000], "It listens on port 3000, but not on an address of this machine's loopback. Let it listen on 127.0.0.1 or 0.0.0.0."],
  ])('refused, healthy before: %s, listening: %j', (wasHealthy, listening, expected) =>
    expect(complaint(check, { kind: 'refused' }, { port: 3000, wasHealthy, listening })).toBe(expected),
  )
})

describe('nextHealth', () => {
  const fresh: Health = { health: 'unknown', healthMessage: null, wasHealthy: false }
  const well: Health = { health: 'healthy', healthMessage: null, wasHealthy: true }
  const ill: Health = { health: 'unhealthy', healthMessage: 'no', wasHealthy: true }
  const thresholds = { failures: 3, successes: 2 }
  const [passed, failed] = [(count: number) => ({ passed: count, failed: 0 }), (count: number) => ({ passed: 0, failed: count })]
  it.each<[string, Health, string | null, Streak, Health]>([
    ['one pass of two is not yet enough', fresh, null, passed(1), fresh],
    ['one pass of two takes the complaint back', { ...fresh, healthMessage: 'no' }, null, passed(1), fresh],
    ['enough passes make it healthy', fresh, null, passed(2), well],
    ['failures while it starts are no verdict', fresh, 'no', failed(9), { health: 'unknown', healthMessage: 'no', wasHealthy: false }],
    ['one failure of three is forgiven, and said', well, 'no', failed(2), { health: 'healthy', healthMessage: 'no', wasHealthy: true }],
    ['what is healthy needs one pass to stay so', { ...well, healthMessage: 'no' }, null, passed(1), well],
    ['the last allowed failure makes it unhealthy', well, 'no', failed(3), ill],
    ['one pass of two leaves it unhealthy', ill, null, passed(1), { ...ill, healthMessage: null }],
    ['enough passes make it healthy again', ill, null, passed(2), well],
  ])('%s', (_, before, message, streak, expected) => expect(nextHealth(before, message, { streak, check: thresholds })).toEqual(expected))

  it('checks often while it starts, then at the interval', () => {
    expect(delayBefore(fresh, check, 0)).toBe(40)
    expect(delayBefore(fresh, check, 100)).toBe(1_000)
    expect(delayBefore(well, check, 0)).toBe(10_000)
  })
})

describe('readAnswer', () => {
  it.each<[string, string, Finding | null]>([
    ['waits for a whole line', 'HTTP/1.1 200 O', null],
    ['waits for more than a beginning', 'HT', null],
    ['reads the status', 'HTTP/1.1 200 OK\r\nA: b\r\n', { kind: 'status', status: 200, phrase: 'OK' }],
    ['reads a status without a phrase', 'HTTP/1.1 500\r\n', { kind: 'status', status: 500, phrase: '' }],
    ['reads HTTP/1.0 with a bare line feed', 'HTTP/1.0 404 Not Found\n', { kind: 'status', status: 404, phrase: 'Not Found' }],
    ['passes over an interim answer', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n', { kind: 'status', status: 200, phrase: 'OK' }],
    ['waits after an interim answer', 'HTTP/1.1 103 Early Hints\r\n\r\n', null],
    ['knows another protocol', '-ERR unknown command\r\n', { kind: 'other' }],
    ['knows nonsense', 'HTTP/x\r\n', { kind: 'other' }],
  ])('%s', (_, received, expected) => expect(readAnswer(received)).toEqual(expected))
})

describe('how a run ended', () => {
  it.each([
    ['exit-0', { code: 0, signal: null }],
    ['exit-42', { code: 42, signal: null }],
    ['exit-137', { code: null, signal: 'SIGKILL' }],
    ['exit-143', { code: null, signal: 'SIGTERM' }],
    ['exit-255', { code: 255, signal: null }],
    ['exit-', null],
    ['claim', null],
  ])('%j', (name, expected) => expect(parseExitName(name)).toEqual(expected))

  it.each([
    ['137\n', { code: null, signal: 'SIGKILL' }],
    ['3\n', { code: 3, signal: null }],
    ['13', null],
    ['', null],
  ])('first version, %j', (text, expected) => expect(parseFormerExit(text)).toEqual(expected))
})
