import { Readable, Writable } from 'node:stream'

import type { Terminal } from '../driver'

// The program inside a workload of the fake runtime: it gives back what is typed, and understands a few words.
//
//   size          prints its columns and rows
//   flood BYTES   prints so many bytes as fast as they are taken
//   deaf          takes nothing that is typed any more
//   exit CODE     ends with this code

export type FakeTerminal = Terminal & {
  /** Bytes it has printed so far; a flood that nobody takes stops. */
  printed(): number
  isOpen(): boolean
  /** The workload it is in ends. */
  end(code: number | null): void
}

const CHUNK = Buffer.alloc(16 * 1024, '0123456789abcdef')

export function fakeTerminal(name: string, argv: string[] | null, size: { columns: number; rows: number }): FakeTerminal {
  let resolveEnded: (code: number | null) => void = () => {}
  const ended = new Promise<number | null>((resolve) => (resolveEnded = resolve))
  let isOpen = true
  let isDeaf = false
  let printed = 0
  let line = ''
  let owed = 0
  const waiting: Buffer[] = []
  let isWanted = false
  const pump = () => {
    while (isWanted && !output.destroyed) {
      const chunk = waiting.shift() ?? CHUNK.subarray(0, Math.min(owed, CHUNK.length))
      if (chunk.length === 0) {
        if (!isOpen) isWanted = output.push(null)
        return
      }
      if (chunk.buffer === CHUNK.buffer) owed -= chunk.length
      printed += chunk.length
      isWanted = output.push(chunk)
    }
  }
  const output = new Readable({
    read() {
      isWanted = true
      pump()
    },
  })
  const print = (text: string) => {
    waiting.push(Buffer.from(text))
    pump()
  }
  const end = (code: number | null) => {
    if (!isOpen) return
    isOpen = false
    resolveEnded(code)
    input.destroy()
    pump()
  }
  const obey = (command: string) => {
    const [word, value] = command.split(' ')
    if (word === 'exit') return end(Number(value ?? 0))
    if (word === 'flood') {
      owed = Number(value)
      return pump()
    }
    if (word === 'deaf') return void (isDeaf = true)
    print(`${word === 'size' ? `${size.columns}x${size.rows}` : `You said: ${command}`}\r\n$ `)
  }
  const input = new Writable({
    write(chunk: Buffer, _, done) {
      for (const character of chunk.toString('utf8')) {
        if (character === '\r' || character === '\n') {
          print('\r\n')
          obey(line)
          line = ''
        } else {
          line += character
          print(character)
        }
      }
      if (!isDeaf) done()
    },
  })
  print(`${name}${argv === null ? '' : ` ${argv.join(' ')}`}\r\n$ `)
  return {
    output,
    input,
    async resize(next) {
      size = next
    },
    ended,
    close: () => {
      end(null)
      output.destroy()
    },
    printed: () => printed,
    isOpen: () => isOpen,
    end,
  }
}
