import { expect, it } from 'vitest'

import { lastLines } from './last-lines'

const telling = (text: string) => {
  const output = lastLines()
  for (const line of text.split('\n')) output.push(line)
  return output.telling()
}

it.each([
  ['nothing at all', '', ''],
  ['an uncaught error of Node', `compiling\n/b/build.js:1\nconsole.log('x');throw new Error('no widget')\n   ^\n\nError: no widget\n    at Object.<anonymous> (/b/build.js:1:32)\n\nNode.js v20.20.2\nnpm error Lifecycle script \`build\` failed with error:\nnpm error code 1\nnpm error path /b`, 'Error: no widget'],
  ['the first error of tsc', `\n> build\n> tsc\n\nsrc/a.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.\nsrc/b.ts(9,1): error TS2304: Cannot find name 'x'.`, `src/a.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.`],
  ['a missing package', `npm error code E404\nnpm error 404 Not Found - GET https://registry.example/nope - Not found\nnpm error 404\nnpm error A complete log of this run can be found in: /x/_logs/1-debug-0.log`, '404 Not Found - GET https://registry.example/nope - Not found'],
  ['a conflict of peers', `npm error code ERESOLVE\nnpm error ERESOLVE unable to resolve dependency tree\nnpm error\nnpm error While resolving: a@1.0.0`, 'ERESOLVE unable to resolve dependency tree'],
  ['a line that only announces, with the next', `vite v7 building\n✗ Build failed in 20ms\nerror during build:\nCould not resolve "./App" from "src/main.jsx"`, '✗ Build failed in 20ms'],
  ['a program that is not there', `\n> build\n> pnpm run x\n\nsh: 1: pnpm: not found`, 'sh: 1: pnpm: not found'],
  ['colours', `\u001b[31mTypeError: a is not a function\u001b[39m`, 'TypeError: a is not a function'],
  ['the last line where nothing looks like an error', 'one\ntwo\n', 'two'],
])('quotes %s', (_, text, expected) => {
  expect(telling(text)).toBe(expected)
})
