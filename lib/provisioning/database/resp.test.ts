import { Duplex } from 'node:stream'

import { describe, expect, test } from 'vitest'

import { RefusedByServer, respClient, respMoment } from './resp'

const WHOLE = Buffer.from('*4\r\n+OK\r\n:12\r\n$5\r\nä\r\nb\r\n$-1\r\n')
const text = (value: string, size = Buffer.byteLength(value)) => ({ bytes: Buffer.from(value), size })

/** Answers with these parts, each for itself, and then hangs up; `written` is what it was sent. */
function server(...parts: (string | Buffer)[]): { socket: Duplex; written(): string } {
  const sent: Buffer[] = []
  const left = [...parts]
  const socket = new Duplex({
    read() {
      const part = left.shift()
      setImmediate(() => this.push(part === undefined ? null : Buffer.from(part)))
    },
    write(chunk: Buffer, _, done) {
      sent.push(chunk)
      done()
    },
  })
  return { socket, written: () => Buffer.concat(sent).toString() }
}

describe('an answer of Redis', () => {
  test('is read with everything in it, and no further', async () => {
    const { socket, written } = server(Buffer.concat([WHOLE, Buffer.from('+more\r\n')]))
    const send = respClient(socket)
    expect(await send(['GET', 'ä'])).toEqual([text('OK'), 12, text('ä\r\nb'), null])
    expect(await send(['PING'])).toEqual(text('more'))
    expect(written()).toBe('*2\r\n$3\r\nGET\r\n$2\r\nä\r\n*1\r\n$4\r\nPING\r\n')
  })

  test('is waited for, wherever it was cut', async () => {
    for (let length = 1; length < WHOLE.length; length++) {
      const { socket } = server(WHOLE.subarray(0, length), WHOLE.subarray(length))
      expect(await respClient(socket)(['X'])).toEqual([text('OK'), 12, text('ä\r\nb'), null])
    }
  })

  test('that ends too early is none', async () => {
    for (let length = 0; length < WHOLE.length; length++) await expect(respClient(server(WHOLE.subarray(0, length)).socket)(['X'])).rejects.toThrow('The connection was closed.')
  })

  test('is kept as far as it is wanted', async () => {
    const send = respClient(server('$6\r\nabcdef\r\n:1\r\n').socket)
    expect(await send(['X'], 2)).toEqual(text('ab', 6))
    expect(await send(['X'])).toBe(1)
  })

  test.each([['-WRONGPASS no\r\n', 'WRONGPASS no'], ['*2\r\n-no\r\n:1\r\n', 'no'], ['HTTP/1.1 400\r\n', 'does not speak the protocol of Redis']])('may be a complaint: %j', async (answer, message) => {
    await expect(respClient(server(answer).socket)(['X'])).rejects.toThrow(message)
  })
})

describe('a moment of Redis', () => {
  const of = async (...parts: string[]) => {
    let all = ''
    for await (const part of respMoment(server(...parts).socket, 'secret')) all += part.toString()
    return all
  }

  test('is what was announced, without what is written since', async () => {
    expect(await of('+O', 'K\r\n\n', '\n$10\r\nREDIS', '00\r\n1*1\r\n$4\r\nPING\r\n')).toBe('REDIS00\r\n1')
  })

  test('is refused in the words of the server, and never half of one', async () => {
    await expect(of('-WRONGPASS no\r\n')).rejects.toThrow(RefusedByServer)
    await expect(of('+OK\r\n', '\n-LOADING it\r\n')).rejects.toThrow('LOADING it')
    await expect(of('+OK\r\n$10\r\nREDIS')).rejects.toThrow('The connection was closed.')
    await expect(of('+OK\r\n$EOF:abc\r\nREDIS')).rejects.toThrow('does not speak')
  })
})
