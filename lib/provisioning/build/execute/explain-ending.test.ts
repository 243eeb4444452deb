import { describe, expect, it } from 'vitest'

import { explainEnding, type Ending } from './explain-ending'

function explain(ending: Partial<Omit<Ending, 'memory'>> & { memory?: Partial<Ending['memory']> }) {
  const failure = explainEnding({
    shown: 'npm run build', code: 1, signal: null, timedOut: false, timeoutMs: 1_800_000, output: [], freeBytes: 1e9, otherwise: 'build_failed', ...ending,
    memory: { limitMib: 2048, kills: 0, overMib: null, ...ending.memory },
  })
  return failure && [failure.reason, failure.message]
}

const LIMIT = 'One build may use 2048 MiB here (EASEL_BUILD_MEMORY_MIB).'

describe('the end of a command', () => {
  it.each<[string, Parameters<typeof explain>[0], string[] | null]>([
    ['that is good is no failure', { code: 0 }, null],
    ['that is good is none even when a process of it was ended on the way', { code: 0, memory: { kills: 1 } }, null],
    ['quotes its code and its last word', { output: ['compiling', 'Error: no widget'] }, ['build_failed', 'npm run build ended with code 1. Error: no widget']],
    ['names a signal', { code: null, signal: 'SIGTERM', otherwise: 'install_failed' }, ['install_failed', 'npm run build was ended by SIGTERM.']],
    ['by the clock says how long it ran', { code: null, signal: 'SIGTERM', timedOut: true }, ['build_timeout', 'npm run build was still running after 30 minutes and was ended.']],
    ['by the kernel for want of memory names the limit', { code: 1, memory: { kills: 1 } }, ['out_of_memory', `npm run build wanted more memory than it may have, so the kernel ended one of its processes. ${LIMIT}`]],
    ['by us for holding too much names both numbers', { code: null, signal: 'SIGTERM', memory: { overMib: 2100 } }, ['out_of_memory', `npm run build held 2100 MiB of memory and was ended. ${LIMIT}`]],
    [
      'by a full heap of Node quotes it',
      { code: 134, output: ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', ' 1: 0xb8 node::Abort()'] },
      ['out_of_memory', `npm run build ran out of memory: FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory ${LIMIT}`],
    ],
    ['by SIGKILL through a shell', { code: 137 }, ['out_of_memory', `npm run build ended with code 137, as happens when the machine has no memory left. ${LIMIT}`]],
    ['by SIGABRT without a word', { code: null, signal: 'SIGABRT' }, ['out_of_memory', `npm run build was ended by SIGABRT, as Node does when its memory is used up. ${LIMIT}`]],
    ['by an assertion is no want of memory', { code: 134, output: ['node: a.cc:1: Assertion `x` failed.'] }, ['build_failed', 'npm run build ended with code 134. node: a.cc:1: Assertion `x` failed.']],
    ['that names a full disk', { output: ['npm error ENOSPC: no space left on device, write', 'npm error'] }, ['disk_full', 'npm run build found no space left on the disk: npm error ENOSPC: no space left on device, write']],
    ['on a full disk without a word', { freeBytes: 4096 }, ['disk_full', 'npm run build ended with code 1, and the disk that it works on is full.']],
  ])('%s', (_, ending, expected) => expect(explain(ending)).toEqual(expected))
})
