import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { clean } from '../split-chunk'
import { readLine } from './read'

const AT = Date.UTC(2026, 0, 31, 15, 4, 5, 123)
const said = (text: string) => {
  const { level, message, attributes, at } = readLine(text)
  return [level, message, attributes, at?.atMs ?? null]
}

describe('reads what loggers print', () => {
  test.each([
    ['pino', '{"level":30,"time":1769871845123,"pid":1,"hostname":"h","msg":"hi"}', 'info', 'hi', { pid: 1, hostname: 'h' }, AT],
    ['pino with a level of its own', '{"level":35,"msg":"hi"}', 'info', 'hi', null, null],
    ['bunyan', '{"name":"a","level":50,"msg":"hi","time":"2026-01-31T15:04:05.123Z","v":0}', 'error', 'hi', { name: 'a', v: 0 }, AT],
    ['winston', '{"level":"\\u001b[33mwarn\\u001b[39m","message":"hi","timestamp":"2026-01-31T15:04:05.123Z"}', 'warn', 'hi', null, AT],
    ['zap', '{"level":"dpanic","ts":1769871845.123,"caller":"a.go:1","msg":"hi"}', 'fatal', 'hi', { caller: 'a.go:1' }, AT],
    ['zerolog', '{"level":"info","time":"2026-01-31T15:04:05.123+00:00","message":"hi","n":{"m":1}}', 'info', 'hi', { n: { m: 1 } }, AT],
    ['serilog', '{"@t":"2026-01-31T15:04:05.1230000Z","@m":"hi","@l":"Warning"}', 'warn', 'hi', null, AT],
    ['ECS', '{"@timestamp":"2026-01-31T15:04:05.123Z","log.level":"ERROR","message":"hi"}', 'error', 'hi', null, AT],
    ['ECS, nested', '{"log":{"level":"error"},"message":"hi"}', 'error', 'hi', { log: { level: 'error' } }, null],
    ['GELF', '{"version":"1.1","short_message":"hi","level":4}', 'warn', 'hi', { version: '1.1' }, null],
    ['structlog', '{"event":"hi","level":"critical","timestamp":"2026-01-31 15:04:05.123"}', 'fatal', 'hi', null, AT],
    ['slog', 'time=2026-01-31T15:04:05.123Z level=INFO msg="hi there" n=1 ok=true id=007', 'info', 'hi there', { n: 1, ok: true, id: '007' }, AT],
    ['logrus', 'time="2026-01-31T15:04:05Z" level=warning msg="a \\"b\\"" error="x\\ny"', 'warn', 'a "b"', { error: 'x\ny' }, AT - 123],
    ['logfmt after a time', '2026-01-31T15:04:05.123Z level=debug msg=hi', 'debug', 'hi', null, AT],
    ['a time and a word', '2026-01-31T15:04:05.123Z ERROR something', 'error', 'something', null, AT],
    ['a time and a small word', '2026-01-31 15:04:05.123 info something', 'info', 'something', null, AT],
    ['a time in brackets', '[2026-01-31T15:04:05.123Z] [warn] something', 'warn', 'something', null, AT],
    ['a zone', '2026-01-31T16:04:05,123+01:00 - something', null, 'something', null, AT],
    ["Go's log", '2026/01/31 15:04:05 something', null, 'something', null, AT - 123],
    ['log4j', '2026-01-31 15:04:05,123 [main] INFO  com.acme.Shop - hi', 'info', 'com.acme.Shop - hi', null, AT],
    ['Spring Boot', '2026-01-31T15:04:05.123Z  WARN 1 --- [main] c.a.Shop : hi', 'warn', '1 --- [main] c.a.Shop : hi', null, AT],
    ['Python with its usual format', '2026-01-31 15:04:05,123 - shop - ERROR - hi', 'error', 'hi', null, AT],
    ['Python without a format', 'WARNING:shop.cart:hi', 'warn', 'hi', null, null],
    ['uvicorn', 'INFO:     127.0.0.1:5 - "GET / HTTP/1.1" 200 OK', 'info', '127.0.0.1:5 - "GET / HTTP/1.1" 200 OK', null, null],
    ['nginx', '2026/01/31 15:04:05 [error] 31#31: *1 open() failed', 'error', '31#31: *1 open() failed', null, AT - 123],
    ['PostgreSQL', '2026-01-31 15:04:05.123 UTC [12] FATAL:  no room', 'fatal', 'no room', null, AT],
    ['Rails', 'I, [2026-01-31T15:04:05.123456 #12]  INFO -- : hi', 'info', 'hi', null, AT],
    ['klog', 'E0131 15:04:05.123456       1 main.go:10] hi', 'error', 'hi', null, null],
    ['.NET', 'fail: Shop.Cart[0]', 'error', 'Shop.Cart[0]', null, null],
    ['zerolog on a console', '\u001b[90m3:04PM\u001b[0m \u001b[32mINF\u001b[0m hi n=1', 'info', 'hi n=1', null, null],
    ['Rust with env_logger', '[2026-01-31T15:04:05Z WARN  shop] hi', 'warn', 'shop] hi', null, AT - 123],
    ['a bracketed word', '[error] something', 'error', 'something', null, null],
    ['a word in capitals', 'WARN something', 'warn', 'something', null, null],
    ['npm', 'npm warn deprecated x', 'warn', null, null, null],
    ['an error nobody caught', "TypeError: Cannot read properties of undefined\n    at x (y:1:2)", 'error', null, null, null],
    ['an error of Java', 'Exception in thread "main" java.lang.IllegalStateException: no', 'error', null, null, null],
    ['a panic', 'panic: runtime error: index out of range', 'fatal', null, null, null],
    ['a panic of Rust', "thread 'main' panicked at src/main.rs:2:5:\nno", 'error', null, null, null],
    ['an error of Ruby', "app.rb:2:in 'load': no rows (RuntimeError)", 'error', null, null, null],
    ['a group of exceptions of Python', '  + Exception Group Traceback (most recent call last):\n  |   File "a.py", line 3, in <module>', 'error', null, null, null],
    ["a panic in Go's net/http", '2026/01/31 15:04:05 http: panic serving 127.0.0.1:4120: no rows\ngoroutine 19 [running]:', 'error', 'http: panic serving 127.0.0.1:4120: no rows\ngoroutine 19 [running]:', null, AT - 123],
    ['an error after a time', '2026-01-31T15:04:05.123Z TypeError: no', 'error', 'TypeError: no', null, AT],
    ['a number of pino as a text', '{"level":"50","msg":"hi"}', 'error', 'hi', null, null],
    ['a warning of PHP', 'PHP Warning:  Undefined variable $x in /a.php on line 3', 'warn', null, null, null],
  ])('%s', (_, text, ...expected) => expect(said(text)).toEqual(expected))
})

describe('reads a level that is told by its colour', () => {
  const yellow = (word: string) => `\u001b[33m${word}\u001b[39m`
  const grey = (word: string) => `\u001b[90m${word}\u001b[0m`
  test.each([
    ['winston, level and message', `${yellow('warn')} no room`, 'warn', 'no room', null],
    ['winston, simple', `${yellow('warn')}: no room {"left":0}`, 'warn', 'no room {"left":0}', null],
    ['winston with a time', `2026-01-31T15:04:05.123Z ${yellow('warn')}: no room`, 'warn', 'no room', AT],
    ['winston in brackets', `2026-01-31T15:04:05.123Z [${yellow('warn')}]: no room`, 'warn', 'no room', AT],
    ['winston, padded', `${yellow('info   ')} hi`, 'info', 'hi', null],
    ['pino-pretty', `[15:04:05.123] ${yellow('WARN')} (12): \u001b[36mno room\u001b[39m`, 'warn', '(12): no room', null],
    ['zap on a console', `2026-01-31T15:04:05.123Z\t${yellow('WARN')}\tshop/main.go:10\tno room\t{"left": 0}`, 'warn', 'shop/main.go:10\tno room\t{"left": 0}', AT],
    ['zap, small letters', `2026-01-31T15:04:05.123Z\t${yellow('warn')}\tno room`, 'warn', 'no room', AT],
    ['logrus on a terminal', `${yellow('WARN')}[0012] no room                 ${yellow('left')}=0`, 'warn', 'no room                 left=0', null],
    ['Python with colorlog', `${yellow('WARNING')}:shop.cart:no room`, 'warn', 'no room', null],
    ['Python with colorlog, spaced', `\u001b[33mWARNING \u001b[0m \u001b[34mno room\u001b[0m`, 'warn', 'no room', null],
    ['Python, the whole line', `\u001b[33;20m2026-01-31 15:04:05,123 - shop - WARNING - no room (cart.py:7)\u001b[0m`, 'warn', 'no room (cart.py:7)', AT],
    ['Python with rich', `\u001b[2;36m[15:04:05]\u001b[0m ${yellow('WARNING')} no room`, 'warn', 'no room', null],
    ['log4j with highlight', `2026-01-31 15:04:05,123 [main] \u001b[1;33mWARN \u001b[m com.acme.Shop - no room`, 'warn', 'com.acme.Shop - no room', AT],
    ['tracing', `\u001b[2m2026-01-31T15:04:05.123Z\u001b[0m \u001b[33m WARN\u001b[0m \u001b[2mshop\u001b[0m\u001b[2m:\u001b[0m no room`, 'warn', 'shop: no room', AT],
    ['slog with tint', `${grey('15:04:05.123')} ${yellow('WRN')} no room ${grey('left=')}0`, 'warn', 'no room left=0', null],
    ['a word of its own colour', `${yellow('error')} while saving`, 'error', 'while saving', null],
  ])('%s', (_, text, level, message, at) => expect(said(text)).toEqual([level, message, null, at]))

  test.each([
    ['a coloured message', `\u001b[33merror happened\u001b[39m while saving`],
    ['another coloured word', `${yellow('done')} with no error`],
    ['one amid a sentence', `saved with ${yellow('error')} and more`],
    ['a colour that never ends', '\u001b[33merror happened'],
  ])('but not %s', (_, text) => expect(readLine(text).level).toBeNull())
})

describe('leaves alone what only looks like it', () => {
  test.each(['', '   ', 'Server listening on 3000', 'error happened while saving', 'info about x', 'a=1', 'a=1 b', 'GET /?a=1&b=2 200', '{"broken": ', '{}x', '12 monkeys', '[1,2,3]', '[main] started', 'note to self', '2026-01-31 is a day', '2026-13-31T15:04:05Z x', 'Everything is fine: yes'])('%s', (text) =>
    expect(readLine(text)).toEqual({ level: null, message: null, attributes: null, at: null }),
  )
})

test('hides nothing in a prototype, and keeps no zero and no half of a pair', () => {
  const { attributes, message } = readLine('{"msg":"a\\u0000b","__proto__":{"x":1},"k\\u0000":"\\ud800"}')
  expect(message).toBe('a\ufffdb')
  expect(JSON.stringify(attributes)).toBe('{"__proto__":{"x":1},"k\ufffd":"\ufffd"}')
})

test('bounds what it keeps of a line: how many fields, how deep, how long', () => {
  const many = readLine(JSON.stringify({ msg: 'x', ...Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n])) }))
  expect(Object.keys(many.attributes!)).toHaveLength(128)
  const deep = readLine(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`)
  expect(JSON.stringify(deep.attributes)).toBe('{"a":{"a":{"a":{"a":{"a":{}}}}}}')
  const long = readLine(JSON.stringify({ a: 'x'.repeat(100_000), b: Array.from({ length: 60 }, () => 'y'.repeat(2_000)) }))
  expect(JSON.stringify(long.attributes).length).toBeLessThan(40_000)
})

test('takes any text, soon, and answers with what a database can hold', () => {
  const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('{', '}', '"', '\\u0000', '\\ud800', '=', 'level', 'level=info ', 'msg=', '"msg":', '2026-01-31T15:04:05Z', ' ', '[', ']', '\n', 'ERROR', ': ', '\u001b[31m', '1769871845123', ' - ', '\\'), fc.json())
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const { message, attributes, at } = readLine(clean(pieces.join('')))
      expect(JSON.stringify([message, attributes]).replaceAll('\\\\', '')).not.toMatch(/\\u0000|\\ud[89a-f]/)
      expect(at === null || Number.isSafeInteger(at.atMs)).toBe(true)
    }),
    { numRuns: 3_000 },
  )
})

test('a long line that is almost something takes no longer for it', () => {
  for (const text of ['a=1 '.repeat(250_000), `"${'\\"'.repeat(100_000)}`, `[${' '.repeat(500_000)}`, `x="${'\\'.repeat(60_000)}`, `${'['.repeat(500_000)}`, `${'a.'.repeat(500_000)}Error`, `2026-01-31T15:04:05Z ${'- a '.repeat(250_000)}`]) expect(readLine(text).level).toBeNull()
})
