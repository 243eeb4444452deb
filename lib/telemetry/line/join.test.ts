import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { joinTraces } from './join'
import { cutPiece } from './piece'

const TRACES: Record<string, string> = {
  'Node.js': `TypeError: Cannot read properties of undefined (reading 'id')
    at load (/srv/src/load.ts:4:11)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
  code: 'E_LOAD',
  [cause]: Error: no
      at connect (/srv/src/db.ts:1:1)
}`,
  Python: `Traceback (most recent call last):
  File "/srv/app.py", line 4, in load
    return rows[0]
           ~~~~^^^
IndexError: list index out of range

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/app.py", line 9, in <module>
    load()
RuntimeError: no rows`,
  'Python, logged': `2026-01-31 15:04:05,123 - shop - ERROR - failed
Traceback (most recent call last):
  File "/srv/app.py", line 4, in load
ValueError: x`,
  Java: `Exception in thread "main" java.lang.IllegalStateException: no
\tat com.acme.Shop.open(Shop.java:12)
\tat com.acme.Main.main(Main.java:3)
Caused by: java.io.IOException: closed
\tat com.acme.Disk.read(Disk.java:40)
\t... 2 more`,
  Go: `panic: runtime error: index out of range [3] with length 2

goroutine 1 [running]:
main.load(...)
\t/srv/main.go:8
main.main()
\t/srv/main.go:14 +0x1d
exit status 2`,
  Ruby: `app.rb:2:in 'load': no rows (RuntimeError)
\tfrom app.rb:6:in 'main'
\tfrom app.rb:9:in '<main>'`,
  'Java, logged': `2026-01-31 15:04:05.123 ERROR [main] com.acme.Shop - failed
java.lang.IllegalStateException: no
\tat com.acme.Shop.open(Shop.java:12)
Caused by: java.io.IOException
\t... 2 more`,
  'Spring Boot': `2026-01-31T15:04:05.123Z ERROR 1 --- [nio-1] c.a.Shop : Servlet.service() threw exception

java.lang.NullPointerException: Cannot invoke
\tat com.acme.Shop.go(Shop.java:5)
\tat com.acme.Shop.run(Shop.java:9)`,
  "Go's net/http": `2026/01/31 15:04:05 http: panic serving 127.0.0.1:4120: no rows
goroutine 19 [running]:
net/http.(*conn).serve.func1()
\t/usr/lib/go/src/net/http/server.go:1850 +0xb0`,
  'Ruby, logged': `E, [2026-01-31T15:04:05.123456 #12] ERROR -- : no rows (RuntimeError)
/srv/app.rb:2:in 'load'
/srv/app.rb:6:in \`block in <main>'`,
  '.NET': `Unhandled exception. System.InvalidOperationException: no
 ---> System.IO.IOException: closed
   at Shop.Disk.Read() in /srv/Disk.cs:line 4
   --- End of inner exception stack trace ---
   at Shop.Program.Main() in /srv/Program.cs:line 9`,
  '.NET, logged': `fail: Shop.Cart[0]
      Cannot save
      System.Exception: no
         at Shop.Cart.Save() in /srv/Cart.cs:line 4`,
  Rust: `thread 'main' panicked at src/main.rs:2:5:
no rows
stack backtrace:
   0: rust_begin_unwind
             at /rustc/1/library/std/src/panicking.rs:662:5
   1: shop::main
note: Some details are omitted`,
  PHP: `PHP Fatal error:  Uncaught Exception: no in /srv/a.php:3
Stack trace:
#0 /srv/a.php(9): load()
#1 {main}
  thrown in /srv/a.php on line 3`,
}
const joined = (text: string) => {
  const lines = text.split('\n')
  return joinTraces(lines).map(({ from, to }) => lines.slice(from, to).join('\n'))
}

describe('makes one line of a trace', () => {
  test.each(Object.entries(TRACES))('%s', (_, trace) => {
    expect(joined(trace)).toEqual([trace])
    expect(joined(`before\n${trace}\nafter`)).toEqual(['before', trace, 'after'])
  })
  test('with its colours', () => expect(joined('\u001b[31mError: x\u001b[0m\n\u001b[90m    at y (z:1:1)\u001b[0m')).toHaveLength(1))
  test.each(Object.entries(TRACES))('but two of them stay two: %s', (_, trace) => expect(joined(`${trace}\nand\n${trace}`)).toEqual([trace, 'and', trace]))
})

test('joins nothing else', () => {
  const text = '2026-01-31 15:04:05 INFO ok\n\njava.lang.Thread\nERROR no\n\nnext\nERROR no\n/srv/list.txt:3: in it\nGET /\n\n{\n  "a": 1\n}\nlist:\n  - one\n  - two\n\tindented\n1: x\n#1 in the list\nnote: this\nerror: no\nnext'
  expect(joined(text)).toEqual(text.split('\n'))
})

test('bounds what it joins', () => {
  const text = `Error: x\n${'    at y (z:1:1)\n'.repeat(2_500)}end`
  const groups = joined(text)
  expect(groups.join('\n')).toBe(text)
  expect(Math.max(...groups.map((group) => group.split('\n').length))).toBeLessThanOrEqual(1_000)
})

/** What a collector would store of a text, of which ever more is there, read in pieces. */
function readInSteps(text: string, steps: readonly number[], { most, pieceBytes }: { most: number; pieceBytes: number }): string[] {
  const bytes = Buffer.from(text)
  const stored: string[] = []
  let position = 0
  for (const size of [...steps.map((step) => Math.min(step, bytes.length)).sort((a, b) => a - b), bytes.length]) {
    for (let isAtWork = true; isAtWork; ) {
      const piece = bytes.subarray(position, Math.min(position + pieceBytes, size))
      const { lines, consumed } = cutPiece(piece, { isLast: position + piece.length >= size, isFinal: size === bytes.length, silentMs: 0, mostLines: most })
      stored.push(...lines)
      position += consumed
      isAtWork = consumed > 0
    }
  }
  expect(position).toBe(bytes.length)
  return stored
}

test('joins the same however the output is cut into pieces, as long as each holds a trace', () => {
  const block = fc.constantFrom('before', 'GET /', 'x: 1', ...Object.values(TRACES))
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 8 }), fc.array(fc.nat(4_000), { maxLength: 12 }), fc.integer({ min: 30, max: 60 }), (blocks, steps, most) => {
      const whole = blocks.flatMap((one) => [one, 'and']).join('\n')
      expect(readInSteps(`${whole}\n`, steps, { most, pieceBytes: 1_500 })).toEqual(joined(whole))
    }),
    { numRuns: 500 },
  )
})

test('what was printed can be had back from what is stored, whatever it was', () => {
  const line = fc.oneof(fc.constantFrom(...Object.values(TRACES).flatMap((trace) => trace.split('\n')), ''), fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[\r\n\0]/g, ' ')))
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), fc.array(fc.nat(800), { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (lines, steps, most) => {
      const text = lines.join('\n')
      expect(readInSteps(`${text}\n`, steps, { most, pieceBytes: 2_000 }).join('\n')).toBe(text)
    }),
    { numRuns: 500 },
  )
})
