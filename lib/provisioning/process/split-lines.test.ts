import { describe, expect, it } from 'vitest'

import { splitLines } from './split-lines'

function linesOf(chunks: (string | Buffer)[], maxLength?: number): string[] {
  const lines: string[] = []
  const splitter = splitLines((line) => lines.push(line), maxLength)
  for (const chunk of chunks) splitter.write(Buffer.from(chunk as string))
  splitter.end()
  return lines
}

describe('splitLines', () => {
  const euro = Buffer.from('a€b\n')
  it.each<[string, (string | Buffer)[], string[]]>([
    ['breaks at line feeds', ['one\ntwo\n'], ['one', 'two']],
    ['drops the carriage return of \\r\\n', ['one\r\ntwo\r\n'], ['one', 'two']],
    ['joins what arrives in pieces', ['on', 'e\nt', 'wo', '\n'], ['one', 'two']],
    ['keeps a \\r\\n that arrives in two chunks together', ['one\r', '\ntwo\n'], ['one', 'two']],
    ['hands over a last line without a break', ['one\ntwo'], ['one', 'two']],
    ['keeps empty lines', ['one\n\ntwo\n'], ['one', '', 'two']],
    ['keeps only what a progress bar shows in the end', ['10%\r50%\r100%\n'], ['100%']],
    ['keeps the last shown piece before a trailing \\r', ['10%\r100%\r\n'], ['100%']],
    ['joins a character cut between chunks', [euro.subarray(0, 2), euro.subarray(2)], ['a€b']],
    ['says nothing when nothing came', [], []],
  ])('%s', (_, chunks, expected) => expect(linesOf(chunks)).toEqual(expected))

  it('cuts a line that never ends into bounded pieces', () => {
    expect(linesOf(['abcdefgh', 'ij\nk'], 4)).toEqual(['abcd', 'efgh', 'ij', 'k'])
  })
})
