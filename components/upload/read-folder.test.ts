import { describe, expect, it } from 'vitest'
import { gunzipSync } from 'node:zlib'

import { packFolder } from './pack-folder'
import { readFolder } from './read-folder'

const LIMITS = { packedBytes: 10_000, unpackedBytes: 100_000, files: 10 }
const never = new AbortController().signal
type Tree = { [name: string]: string | Tree }

/** A folder as a browser hands it over when it is dropped: its entries come two at a time. */
function entryOf(name: string, tree: Tree | string, fullPath = `/${name}`): FileSystemEntry {
  if (typeof tree === 'string') return { name, fullPath, isFile: true, isDirectory: false, file: (give: (file: File) => void) => give(new File([tree], name)) } as unknown as FileSystemFileEntry
  const entries = Object.entries(tree).map(([inner, value]) => entryOf(inner, value, `${fullPath}/${inner}`))
  return { name, fullPath, isFile: false, isDirectory: true, createReader: () => ({ readEntries: (give: (some: FileSystemEntry[]) => void) => give(entries.splice(0, 2)) }) } as unknown as FileSystemDirectoryEntry
}
/** The same as a file field gives it: everything, by its path. */
function filesOf(name: string, tree: Tree): File[] {
  return Object.entries(tree).flatMap(([inner, value]): File[] => {
    const path = `${name}/${inner}`
    return typeof value === 'string' ? [Object.defineProperty(new File([value], inner), 'webkitRelativePath', { value: path })] : filesOf(path, value)
  })
}
/** Mode, name and content of each entry. */
function entriesOf(archive: Buffer): string[] {
  const text = (from: number, length: number) => archive.toString('utf8', from, from + length).split('\0')[0]!
  const found: string[] = []
  for (let at = 0; archive[at] !== 0; ) {
    const sizeBytes = Number.parseInt(text(at + 124, 12), 8)
    found.push(`${text(at + 100, 8)} ${text(at, 100)} ${text(at + 512, sizeBytes)}`)
    at += 512 + Math.ceil(sizeBytes / 512) * 512
  }
  return found
}
const ways = [
  ['that is dropped', (tree: Tree) => ({ entry: entryOf('shop', tree) as FileSystemDirectoryEntry })],
  ['that is chosen', (tree: Tree) => ({ files: filesOf('shop', tree) })],
] as const

describe.each(ways)('a folder %s', (_, given) => {
  const read = (tree: Tree) => readFolder(given(tree), LIMITS, never)

  it('is read without what is left out, at any depth', async () => {
    const { name, files, sizeBytes } = await read({ '.gitignore': 'dist\n*.log\n', 'a.log': 'x', 'index.html': 'hi', dist: { a: 'x' }, node_modules: { b: { c: 'x' } }, '.git': { config: 'x' }, src: { '.gitignore': '!keep.log', 'keep.log': 'k', 'b.log': 'x', deep: { 'c.ts': 'c' } } })
    expect(name).toBe('shop')
    expect(files.map(({ path }) => path).sort()).toEqual(['.gitignore', 'index.html', 'src/.gitignore', 'src/deep/c.ts', 'src/keep.log'])
    expect(sizeBytes).toBe(files.reduce((sum, { file }) => sum + file.size, 0))
  })

  it('is refused before anything is sent when it is too large or has nothing in it', async () => {
    await expect(read({ big: 'x'.repeat(100_001) })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('more than') as string })
    await expect(read(Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`f${n}`, '']))) ).rejects.toThrow(/more than 10 files/)
    await expect(read({ '.gitignore': '*' })).rejects.toThrow(/nothing to upload/)
  })

  it('is packed to an archive of what was read', async () => {
    const shares: number[] = []
    const folder = await read({ 'run.sh': '#!/bin/sh\n', 'a.txt': 'hello', empty: '' })
    const archive = gunzipSync(Buffer.from(await (await packFolder(folder, LIMITS, { signal: never, onShare: (share) => shares.push(share) })).arrayBuffer()))
    expect(entriesOf(archive).sort()).toEqual(['0000644 a.txt hello', '0000644 empty ', '0000755 run.sh #!/bin/sh\n'])
    expect(shares.at(-1)).toBe(1)
  })
})

it('packing ends when it gets too large, and when somebody cancels', async () => {
  const noise = Array.from({ length: 30_000 }, (_, n) => String.fromCharCode(33 + ((n * n * 7919 + n * 104_729) % 89))).join('')
  const folder = await readFolder({ files: filesOf('shop', { noise }) }, { ...LIMITS, packedBytes: 1e9 }, never)
  const options = { signal: never, onShare: () => undefined }
  await expect(packFolder(folder, { ...LIMITS, packedBytes: 100 }, options)).rejects.toThrow(/more than 100 bytes as an archive/)
  await expect(packFolder(folder, LIMITS, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
})
