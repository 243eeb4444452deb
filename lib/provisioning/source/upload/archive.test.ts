import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { leadsOut } from '../../../domain/archive/link'
import { DeploymentFailure } from '../../../domain/failure'
import { inspectArchive, unpackUpload } from './unpack'

// Archives that somebody made to get out of the folder they are unpacked into, or to fill the disk.

const LIMITS = { packedBytes: 1e6, unpackedBytes: 100_000, files: 50 }
const never = new AbortController().signal
let room: string
beforeAll(() => void (room = mkdtempSync(join(tmpdir(), 'easel-archive-'))))
afterAll(() => rmSync(room, { recursive: true, force: true }))

type Made = { name: string; type?: string; text?: string; link?: string; mode?: number; size?: number; prefix?: string }

/** One entry, written as a program with bad intentions would: nothing is checked. */
function made({ name, type = '0', text = '', link = '', mode = 0o644, size, prefix = '' }: Made): Buffer {
  const header = Buffer.alloc(512)
  const content = Buffer.from(text)
  header.write(name, 0, 100)
  header.write(mode.toString(8).padStart(7, '0'), 100)
  header.write((size ?? content.length).toString(8).padStart(11, '0'), 124)
  header.write(type, 156, 'latin1')
  header.write(link, 157, 100)
  header.write('ustar\x0000', 257, 'latin1')
  header.write(prefix, 345, 155)
  header.fill(' ', 148, 156)
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}
const END = Buffer.alloc(1024)
const record = (key: string, value: string) => {
  const rest = ` ${key}=${value}\n`
  const length = [2, 3, 4].map((digits) => Buffer.byteLength(rest) + digits).find((all, at) => String(all).length === at + 2)!
  return `${length}${rest}`
}

let count = 0
function fileOf(packed: Buffer): string {
  const file = join(room, `${count++}.tar.gz`)
  writeFileSync(file, packed)
  return file
}
const archive = (...entries: Made[]) => fileOf(gzipSync(Buffer.concat([...entries.map(made), END])))
const inspect = (file: string, limits = LIMITS) => inspectArchive(file, limits, never)
async function unpacked(file: string): Promise<string> {
  const directory = mkdtempSync(join(room, 'to-'))
  await unpackUpload({ file, limits: LIMITS, directory, say: () => undefined, signal: never })
  return directory
}

describe('an archive', () => {
  it('is unpacked with its files, programs, folders and links inside', async () => {
    const file = archive({ name: './' , type: '5' }, { name: './src/', type: '5' }, { name: 'src/a.js', text: 'a' }, { name: 'run', text: '#!', mode: 0o4777 }, { name: 'src/up', type: '2', link: '../run' }, { name: 'empty/', type: '5' })
    expect(await inspect(file)).toEqual({ files: 3, unpackedBytes: 3 })
    const directory = await unpacked(file)
    expect(readFileSync(join(directory, 'src/up'), 'utf8')).toBe('#!')
    expect(lstatSync(join(directory, 'run')).mode & 0o7777).toBe(0o755)
    expect(lstatSync(join(directory, 'src/a.js')).mode & 0o7111).toBe(0)
    expect(existsSync(join(directory, 'empty'))).toBe(true)
  })

  it('has long names as each program writes them, and no packages and no repository', async () => {
    const long = `${'d/'.repeat(10)}${'n'.repeat(120)}`
    const file = archive(
      { name: 'pax', type: 'x', text: record('path', `p/${long}`) }, { name: 'short', text: '1' },
      { name: '././@LongLink', type: 'L', text: `g/${long}\0` }, { name: 'short', text: '2' },
      { name: 'c.txt', prefix: 'u/s', text: '3' }, { name: 'global', type: 'g', text: record('comment', 'a commit') },
      { name: 'node_modules/x/index.js', text: 'no' }, { name: '.git/config', text: 'no' }, { name: 'app/node_modules/y', text: 'no' },
    )
    const directory = await unpacked(file)
    expect([readFileSync(join(directory, 'p', long), 'utf8'), readFileSync(join(directory, 'g', long), 'utf8'), readFileSync(join(directory, 'u/s/c.txt'), 'utf8')]).toEqual(['1', '2', '3'])
    expect(readdirSync(directory).sort()).toEqual(['g', 'p', 'u'])
  })

  it('may have the same folder twice, and a name in any alphabet', async () => {
    const directory = await unpacked(archive({ name: 'a/', type: '5' }, { name: 'a/', type: '5' }, { name: 'a/Zürich 東京.txt', text: 'x' }))
    expect(readFileSync(join(directory, 'a/Zürich 東京.txt'), 'utf8')).toBe('x')
  })

  const EVIL: [string, Made[], RegExp][] = [
    ['an absolute path', [{ name: '/etc/evil', text: 'x' }], /absolute path/],
    ['a path upwards', [{ name: '../evil', text: 'x' }], /leads out/],
    ['a path upwards in the middle', [{ name: 'a/../../evil', text: 'x' }], /leads out/],
    ['a path upwards in a prefix', [{ name: 'evil', prefix: '..', text: 'x' }], /leads out/],
    ['a path upwards in a record', [{ name: 'r', type: 'x', text: record('path', '../../evil') }, { name: 'fine', text: 'x' }], /leads out/],
    ['a path upwards in a long name', [{ name: 'r', type: 'L', text: '../evil\0' }, { name: 'fine', text: 'x' }], /leads out/],
    ['a link upwards', [{ name: 'out', type: '2', link: '../..' }], /leads out of it/],
    ['an absolute link', [{ name: 'out', type: '2', link: '/etc' }], /leads out of it/],
    ['a link that goes through another', [{ name: 'd', type: '2', link: '.' }, { name: 'out', type: '2', link: 'd/..' }], /leads out of it/],
    ['a link that is long', [{ name: 'r', type: 'x', text: record('linkpath', '../../../etc/passwd') }, { name: 'out', type: '2', link: 'fine' }], /leads out of it/],
    ['a file below a link', [{ name: 'd', type: '2', link: 'e' }, { name: 'd/evil', text: 'x' }], /a link and a folder/],
    ['a file in place of a link', [{ name: 'd', type: '2', link: 'e' }, { name: 'd', text: 'x' }], /twice/],
    ['a folder in place of a link', [{ name: 'd', type: '2', link: 'e' }, { name: 'd/', type: '5' }], /a link and a folder/],
    ['a file twice', [{ name: 'a', text: '1' }, { name: './a', text: '2' }], /twice/],
    ['a hard link', [{ name: 'out', type: '1', link: '/etc/passwd' }], /hard link/],
    ['a device', [{ name: 'sda', type: '4' }], /a device/],
    ['a pipe', [{ name: 'p', type: '6' }], /a pipe/],
    ['a file with holes', [{ name: 'r', type: 'x', text: record('GNU.sparse.realsize', '99999999') }, { name: 'a', text: 'x' }], /holes/],
    ['an unknown kind', [{ name: 'v', type: 'V' }], /kind that is not known/],
    ['a zero byte in a name', [{ name: 'r', type: 'x', text: record('path', 'a\0b') }, { name: 'a', text: 'x' }], /zero byte/],
    ['a path that is too deep', [{ name: 'r', type: 'x', text: record('path', 'd/'.repeat(70) + 'x') }, { name: 'a', text: 'x' }], /too long/],
    ['a name that is too long', [{ name: 'r', type: 'x', text: record('path', 'n'.repeat(300)) }, { name: 'a', text: 'x' }], /too long/],
    ['a record that is too long', [{ name: 'r', type: 'x', size: 70_000 }], /too long/],
    ['a record without a length', [{ name: 'r', type: 'x', text: 'path=x\n' }, { name: 'a', text: 'x' }], /damaged/],
    ['a record that says more than there is', [{ name: 'r', type: 'x', text: '99 path=x\n' }, { name: 'a', text: 'x' }], /damaged/],
    ['a size in a record that is none', [{ name: 'r', type: 'x', text: record('size', '-5') }, { name: 'a', text: 'x' }], /damaged/],
    ['a file of more than may be unpacked', [{ name: 'a', size: 200_000 }], /more than 98 KiB/],
    ['files of more than may be unpacked', [{ name: 'a', text: 'x'.repeat(60_000) }, { name: 'b', text: 'x'.repeat(60_000) }], /more than 98 KiB/],
    ['too many files', Array.from({ length: 51 }, (_, n) => ({ name: `f${n}` })), /more than 50 files/],
    ['too many folders', [{ name: 'd/'.repeat(45), type: '5' }, { name: `e/${'e/'.repeat(20)}`, type: '5' }], /more than 50 files/],
    ['nothing', [], /holds no files/],
    ['folders only', [{ name: 'a/', type: '5' }], /holds no files/],
    ['a size that lies', [{ name: 'a', text: 'x', size: 5000 }], /ends before/],
  ]
  it.each(EVIL)('is refused with %s, before anything is written anywhere', async (_, entries, why) => {
    await expect(inspect(archive(...entries))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(why) })
  })

  it.each(EVIL.filter(([what]) => !['nothing', 'folders only'].includes(what)))('fails a deployment with %s all the same, and nothing is written outside', async (_, entries) => {
    const outside = mkdtempSync(join(room, 'outside-'))
    const directory = join(outside, 'a', 'b')
    const before = readdirSync(room).length
    await expect(unpackUpload({ file: archive(...entries), limits: LIMITS, directory, say: () => undefined, signal: never })).rejects.toBeInstanceOf(DeploymentFailure)
    expect(readdirSync(outside).filter((name) => name !== 'a')).toEqual([])
    expect(readdirSync(room).length).toBe(before + 1)
  })

  it('is refused when it is a bomb, is no archive, is cut off, or is damaged', async () => {
    const bomb = gzipSync(Buffer.concat([made({ name: 'a', text: 'x' }), END, Buffer.alloc(4_000_000)]))
    await expect(inspect(fileOf(bomb))).rejects.toThrow(/unpacks to more/)
    await expect(inspect(fileOf(Buffer.from('this is no archive at all')))).rejects.toThrow(/not a whole tar.gz/)
    await expect(inspect(fileOf(gzipSync(Buffer.from('x'.repeat(5000)))))).rejects.toThrow(/not a tar.gz archive/)
    const whole = gzipSync(Buffer.concat([made({ name: 'a', text: String(Math.PI).repeat(500) }), END]))
    await expect(inspect(fileOf(whole.subarray(0, whole.length - 6)))).rejects.toThrow(/not a whole tar.gz/)
    const altered = Buffer.from(whole)
    altered[altered.length - 8]! ^= 0xff
    await expect(inspect(fileOf(altered))).rejects.toThrow(/not a whole tar.gz/)
    await expect(inspect(fileOf(gzipSync(made({ name: 'a', text: 'x' }))))).rejects.toThrow(/ends before/)
    await expect(unpacked(join(room, 'gone'))).rejects.toThrow(/not there any more/)
  })
})

it.each([
  [['a'], 'b', false],
  [['a'], '.', false],
  [['d', 'a'], '../b', false],
  [['d', 'a'], './../b/c', false],
  [['a'], '..', true],
  [['d', 'a'], '../..', true],
  [['d', 'a'], 'b/..', true],
  [['a'], '/b', true],
  [['a'], '', true],
])('a link at %s to %s leads out: %s', (parts, target, out) => {
  expect(leadsOut(parts, target)).toBe(out)
})
