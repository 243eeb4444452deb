import { expect, it } from 'vitest'

import { crashCause } from './crash-cause'

const NODE = (error: string) => ['starting', `/srv/app/server.js:3\nthrow new Error()\n^\n\n${error}\n    at Object.<anonymous> (/srv/app/server.js:3:7)\n    at Module._compile (node:internal/modules/cjs/loader:1521:14)`, '', 'Node.js v20.20.2']

it.each([
  [NODE('Error: listen EADDRINUSE: address already in use :::3140'), 'Error: listen EADDRINUSE: address already in use :::3140', /port in the variable PORT/],
  [NODE('Error: DATABASE_URL is not set'), 'Error: DATABASE_URL is not set', /Set it in Variables/],
  [NODE("Error: Cannot find module 'express'"), "Error: Cannot find module 'express'", /dependencies/],
  [NODE("TypeError [ERR_INVALID_ARG_TYPE]: The path must be a string"), 'TypeError [ERR_INVALID_ARG_TYPE]: The path must be a string', null],
  [NODE('Error: connect ECONNREFUSED 127.0.0.1:5432'), 'Error: connect ECONNREFUSED 127.0.0.1:5432', /draw a line/],
  [['<--- Last few GCs --->', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', '----- Native stack trace -----', ' 1: 0xb9c1f0 node::OOMErrorHandler', 'Aborted'], 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', /more memory/],
  [['Traceback (most recent call last):', '  File "app.py", line 1, in <module>', "ModuleNotFoundError: No module named 'flask'"], "ModuleNotFoundError: No module named 'flask'", /dependencies/],
  [['panic: runtime error: index out of range [3] with length 2', '', 'goroutine 1 [running]:'], 'panic: runtime error: index out of range [3] with length 2', null],
])('reads what a program says last (%#)', (texts, line, remedy) => {
  const cause = crashCause(texts)
  expect(cause?.line).toBe(line)
  if (remedy === null) expect(cause?.remedy).toBeNull()
  else expect(cause?.remedy).toMatch(remedy)
})

it('takes the newest of several starts', () => {
  expect(crashCause([...NODE('Error: first'), ...NODE('Error: second')])?.line).toBe('Error: second')
})

it.each([[[]], [['listening on 3000', 'no errors so far', 'errors: 0']], [['Terminated']]])('finds nothing where nothing is named (%#)', (texts) => {
  expect(crashCause(texts)).toBeNull()
})
