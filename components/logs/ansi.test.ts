import { describe, expect, it } from 'vitest'

import { readAnsi, stripAnsi } from './ansi'

const ESC = '\u001b'

describe('readAnsi', () => {
  it('leaves plain text as one piece', () => expect(readAnsi('GET / 200')).toEqual([{ text: 'GET / 200', style: {} }]))

  it('gives pieces their colours and ends them', () =>
    expect(readAnsi(`a${ESC}[31;1mb${ESC}[39mc${ESC}[0md`)).toEqual([
      { text: 'a', style: {} },
      { text: 'b', style: { color: 'var(--ansi-red)', bold: true } },
      { text: 'c', style: { bold: true } },
      { text: 'd', style: {} },
    ]))

  it.each([
    ['38;5;208', 'rgb(255 135 0)'],
    ['38;5;9', 'var(--ansi-red)'],
    ['38;5;240', 'rgb(88 88 88)'],
    ['38;2;10;300;30', 'rgb(10 255 30)'],
    ['94', 'var(--ansi-blue)'],
  ])('reads the colour %s', (code, color) => expect(readAnsi(`${ESC}[${code}mx`)).toEqual([{ text: 'x', style: { color } }]))

  it('drops what is no colour: cursor moves, titles, links, bells, half a sequence', () => {
    const line = `${ESC}[2K${ESC}[1G${ESC}]0;title\u0007one${ESC}]8;;http://x${ESC}\\two${ESC}]8;;${ESC}\\\u0007${ESC}[`
    expect(readAnsi(line).map((span) => span.text).join('')).toBe('onetwo')
  })

  it('keeps markup as text', () => expect(readAnsi(`${ESC}[31m<img src=x onerror=alert(1)>`)[0]!.text).toBe('<img src=x onerror=alert(1)>'))
})

describe('stripAnsi', () => {
  it('gives the same text as the pieces together', () => {
    const line = `${ESC}[32m✓${ESC}[0m built in ${ESC}[1m2.1 s${ESC}[22m`
    expect(stripAnsi(line)).toBe('✓ built in 2.1 s')
  })
})
