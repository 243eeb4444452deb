// Terminal colour codes (ECMA-48 SGR) become styles; every other control sequence is left out. The result is data for
// React, never markup, so a log line cannot become part of the page.

export type AnsiStyle = { color?: string; background?: string; bold?: true; faint?: true; italic?: true; underline?: true }
export type AnsiSpan = { text: string; style: AnsiStyle }

/* oxlint-disable no-control-regex -- control characters are what this file is about */

// CSI … final byte, OSC … terminator, and the two-character escapes.
const ESCAPE = /\u001b(?:\[([0-9:;<=>?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])/g
// What is left of control characters has no meaning on a screen of our own; a tab does.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

/** The text of a line without any control sequence. */
export function stripAnsi(line: string): string {
  return line.replace(ESCAPE, '').replace(CONTROL, '')
}

/** A line as pieces that each have one style. */
export function readAnsi(line: string): AnsiSpan[] {
  if (!line.includes('\u001b')) return [{ text: line.replace(CONTROL, ''), style: {} }]
  const spans: AnsiSpan[] = []
  let style: AnsiStyle = {}
  let end = 0
  const push = (text: string) => {
    const clean = text.replace(CONTROL, '')
    if (clean !== '') spans.push({ text: clean, style })
  }
  for (const match of line.matchAll(ESCAPE)) {
    push(line.slice(end, match.index))
    end = match.index + match[0].length
    if (match[2] === 'm') style = applySgr(style, match[1] ?? '')
  }
  push(line.slice(end))
  return spans
}

function applySgr(style: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map((code) => Number(code === '' ? '0' : code))
  let next = { ...style }
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes.slice(index + 1))
      index += used
      if (color) next = code === 38 ? { ...next, color } : { ...next, background: color }
    } else next = applyCode(next, code)
  }
  return next
}

function applyCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return {}
  if (code === 1) return { ...style, bold: true }
  if (code === 2) return { ...style, faint: true }
  if (code === 3) return { ...style, italic: true }
  if (code === 4) return { ...style, underline: true }
  if (code === 22) return without(style, 'bold', 'faint')
  if (code === 23) return without(style, 'italic')
  if (code === 24) return without(style, 'underline')
  if (code === 39) return without(style, 'color')
  if (code === 49) return without(style, 'background')
  if (code >= 30 && code <= 37) return { ...style, color: named(code - 30) }
  if (code >= 90 && code <= 97) return { ...style, color: named(code - 90) }
  if (code >= 40 && code <= 47) return { ...style, background: named(code - 40) }
  if (code >= 100 && code <= 107) return { ...style, background: named(code - 100) }
  return style
}

/** The colours of the palette are tokens, so that they can be read on a dark and on a light ground. */
function named(index: number): string {
  return `var(--ansi-${NAMES[index]})`
}

function extendedColor([kind, ...rest]: number[]): { color: string | null; used: number } {
  if (kind === 5) return { color: indexedColor(rest[0] ?? 0), used: 2 }
  if (kind === 2) return { color: `rgb(${rest.slice(0, 3).map((part) => Math.min(255, part || 0)).join(' ')})`, used: 4 }
  return { color: null, used: 1 }
}

/** The 256 colours of xterm: 16 named, a 6 × 6 × 6 cube, 24 greys. */
function indexedColor(index: number): string {
  if (index < 16) return named(index % 8)
  if (index >= 232) {
    const grey = Math.min(255, 8 + (index - 232) * 10)
    return `rgb(${grey} ${grey} ${grey})`
  }
  const level = (part: number) => (part === 0 ? 0 : 55 + part * 40)
  const cube = index - 16
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`
}

function without(style: AnsiStyle, ...keys: (keyof AnsiStyle)[]): AnsiStyle {
  return Object.fromEntries(Object.entries(style).filter(([key]) => !keys.includes(key as keyof AnsiStyle)))
}
