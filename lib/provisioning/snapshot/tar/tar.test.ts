import { execFileSync } from 'node:child_process'
import { Readable } from 'node:stream'

import { describe, expect, it } from 'vitest'

import { headerOf, type TarEntry } from './entry'
import { readTar } from './read'
import { writeTar } from './write'

const AT = new Date('2026-03-01T00:00:00Z')
const file = (name: string, text: string, sizeBytes = Buffer.byteLength(text)): TarEntry => ({ name, kind: 'file', mode: 0o600, sizeBytes, modifiedAt: AT, content: Readable.from([Buffer.from(text)]) })
const folder = (name: string): TarEntry => ({ name, kind: 'folder', mode: 0o700, sizeBytes: 0, modifiedAt: AT })
const LONG = `${'a'.repeat(90)}/${'b'.repeat(90)}/end`

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function written(entries: readonly TarEntry[]): Promise<Buffer> {
  return Buffer.concat((await writeTar(each(entries)).toArray()) as Buffer[])
}

async function read(archive: Buffer): Promise<{ name: string; text: string }[]> {
  const found = []
  for await (const entry of readTar(Readable.from([archive.subarray(0, 700), archive.subarray(700)], { objectMode: false }))) {
    const chunks: Buffer[] = []
    for await (const chunk of entry.content!) chunks.push(chunk)
    found.push({ name: entry.name, text: Buffer.concat(chunks).toString() })
  }
  return found
}

describe('an archive', () => {
  it('is read as it was written, long names and all', async () => {
    const archive = await written([folder('data'), file('data/one', 'first'), file('data/empty', ''), file(LONG, 'x'.repeat(2_000))])
    expect(archive.length % 512).toBe(0)
    expect(await read(archive)).toEqual([{ name: 'data', text: '' }, { name: 'data/one', text: 'first' }, { name: 'data/empty', text: '' }, { name: LONG, text: 'x'.repeat(2_000) }])
  })

  it('is one that tar reads', async () => {
    const archive = await written([folder('data'), file('data/one', 'first'), file(LONG, 'y')])
    expect(execFileSync('tar', ['-tf', '-'], { input: archive }).toString().trim().split('\n')).toEqual(['data/', 'data/one', LONG])
  })

  it('holds as many bytes as it said, of a file that grows or shrinks meanwhile', async () => {
    expect(await read(await written([file('grown', 'abcdef', 3), file('shrunk', 'abc', 5)]))).toEqual([{ name: 'grown', text: 'abc' }, { name: 'shrunk', text: 'abc\0\0' }])
  })

  it('passes over what is not read', async () => {
    const archive = await written([file('one', 'z'.repeat(5_000)), file('two', '2')])
    const names = []
    for await (const { name } of readTar(Readable.from([archive], { objectMode: false }))) names.push(name)
    expect(names).toEqual(['one', 'two'])
  })

  it.each([
    ['cut off in a file', (archive: Buffer) => archive.subarray(0, 900), 'ends before'],
    ['without its end', (archive: Buffer) => archive.subarray(0, 1_024), 'ends before'],
  ])('is refused %s', async (_, harm, words) => {
    await expect(read(harm(await written([file('one', 'first')])))).rejects.toThrow(words)
  })

  it.each(['../out', '/etc/passwd', 'data/../../out'])('is refused with an entry at %s', async (name) => {
    const archive = Buffer.concat([headerOf(file(name, '')), Buffer.alloc(1_024)])
    await expect(read(archive)).rejects.toThrow('outside of itself')
  })

  it('tells sizes beyond what octal digits hold', async () => {
    const size = 9 * 1024 ** 3
    const archive = Readable.from([headerOf({ ...file('huge', ''), sizeBytes: size })], { objectMode: false })
    const first = await readTar(archive).next()
    expect((first.value as TarEntry).sizeBytes).toBe(size)
  })
})
