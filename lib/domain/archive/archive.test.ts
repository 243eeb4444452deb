import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { DisplayName } from '../../contract/common'
import { folderName } from './folder-name'
import { isIgnored, readIgnore, type IgnoreRules } from './ignore'
import { sizeWords, tooLarge } from './limits'
import { TAR_END, tarFilling, tarHeader } from './tar'

/** The files that would be sent, walked as the browser and the command line do. */
function sent(files: Readonly<Record<string, string>>): string[] {
  const rules = (path: string): IgnoreRules[] => {
    const folders = path.split('/').slice(0, -1).map((_, depth, parts) => parts.slice(0, depth + 1).join('/'))
    return ['', ...folders].flatMap((folder) => {
      const text = files[folder === '' ? '.gitignore' : `${folder}/.gitignore`]
      return text === undefined ? [] : [readIgnore(folder, text)]
    })
  }
  const isOut = (path: string, isFolder: boolean) => isIgnored(path, isFolder, rules(path))
  return Object.keys(files).filter((path) => path.split('/').every((_, depth, parts) => !isOut(parts.slice(0, depth + 1).join('/'), depth < parts.length - 1))).sort()
}

describe('a .gitignore', () => {
  const FILES = ['a.log', 'keep.log', 'src/a.log', 'src/deep/b.log', 'build/out.js', 'src/build/out.js', 'docs/build', 'a b', 'a b ', '#x', '!y', 'src/[z]', 'x1', 'x2', 'xa', 'x]', 'ü/ß.txt', 'foo/a/bar', 'foo/bar', 'foo/a/b/bar', 'deep/foo/bar', '.env', '.env.example', 'a.c', 'abc', 'tmp/x', 'src/tmp/x', 'back\\slash']
  it.each([
    ['*.log'], ['*.log\n!keep.log'], ['/a.log'], ['src/*.log'], ['build/'], ['build'], ['/build'], ['**/build'], ['src/**'], ['src/**/b.log'], ['foo/**/bar'], ['foo/*/bar'], ['a b'], ['a b\\ '], ['a b   '],
    ['\\#x'], ['#x'], ['\\!y'], ['!y'], ['x[12]'], ['x[!1]'], ['x[a-z]'], ['x[]]'], ['src/\\[z\\]'], ['?2'], ['ü/'], ['*'], ['/*\n!/src\n/src/*\n!/src/deep'], ['src\n!src/a.log'], ['.env*\n!.env.example'], ['a.c'], ['a?c'], ['***.log'], ['tmp/x'], ['/tmp/'], ['\r\n*.log\r\n'], ['[unclosed'], ['foo/'], ['**'], ['**/foo/bar'], ['/**/bar'], ['back\\\\slash'], ['x[^1]'], ['*.*'],
  ])('that says %j leaves out what git leaves out', (text) => {
    const files = Object.fromEntries([...FILES.map((path) => [path, 'x']), ['.gitignore', text]])
    expect(sent(files)).toEqual(byGit(files))
  })

  it('in a folder below is about that folder, and goes before those above', () => {
    const files = { '.gitignore': '*.txt\nnot/\n', 'a.txt': '', 'b/.gitignore': '!a.txt\n/c', 'b/a.txt': '', 'b/c': '', 'b/d/c': '', 'not/.gitignore': '!*', 'not/a': '' }
    expect(sent(files)).toEqual(byGit(files))
  })

  it('is not needed for what is never sent', () => {
    expect(sent({ 'node_modules/a': '', 'b/node_modules/c/d': '', '.git/config': '', '.DS_Store': '', 'app/.git': '', kept: '' })).toEqual(['kept'])
  })
})

function byGit(files: Readonly<Record<string, string>>): string[] {
  const room = mkdtempSync(join(tmpdir(), 'easel-ignore-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(room, path)), { recursive: true })
      writeFileSync(join(room, path), text)
    }
    execFileSync('git', ['init', '-q', room])
    const listed = execFileSync('git', ['-C', room, '-c', 'core.excludesFile=/dev/null', 'ls-files', '-z', '--others', '--exclude-per-directory=.gitignore'], { encoding: 'utf8' })
    return listed.split('\0').filter((path) => path !== '').sort()
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

it('an archive is read by another program, with long names, links and programs', () => {
  const room = mkdtempSync(join(tmpdir(), 'easel-tar-'))
  const long = `${'ordner-'.repeat(20)}/${'ü'.repeat(80)}.txt`
  const text = Buffer.from('hello')
  const entry = (file: Parameters<typeof tarHeader>[0], content = Buffer.alloc(0)) => [tarHeader(file), content, tarFilling(content.length)]
  writeFileSync(join(room, 'a.tar'), Buffer.concat([...entry({ path: 'a.txt', sizeBytes: 5 }, text), ...entry({ path: long, sizeBytes: 5, isProgram: true }, text), ...entry({ path: 'l', sizeBytes: 0, link: 'a.txt' }), TAR_END]))
  const listed = execFileSync('tar', ['--quoting-style=literal', '-tvf', join(room, 'a.tar')], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  rmSync(room, { recursive: true, force: true })
  expect(listed.trim().split('\n').map((line) => line.replace(/\s+/g, ' '))).toEqual([
    expect.stringMatching(/^-rw-r--r-- 0\/0 5 .* a\.txt$/),
    expect.stringMatching(new RegExp(`^-rwxr-xr-x 0/0 5 .* ${long}$`)),
    expect.stringMatching(/^lrw-r--r-- 0\/0 0 .* l -> a\.txt$/),
  ])
})

it.each(['my site', ' ', '', 'a"b${c}', '\u0000', 'x'.repeat(80), `${'x'.repeat(59)}😀`, 'Zürich'])('the folder %j gets a name that can be given', (raw) => {
  expect(DisplayName.safeParse(folderName(raw)).success).toBe(true)
})

it('says in a sentence what is too large', () => {
  const limits = { packedBytes: 200 * 2 ** 20, unpackedBytes: 2 ** 30, files: 50_000 }
  expect(tooLarge({ packedBytes: 200 * 2 ** 20, unpackedBytes: 2 ** 30, files: 50_000 }, limits)).toBeNull()
  expect(tooLarge({ files: 50_001 }, limits)).toMatch(/^The folder has more than 50,000 files/)
  expect(tooLarge({ unpackedBytes: 2 ** 30 + 1 }, limits)).toMatch(/more than 1 GiB/)
  expect(tooLarge({ packedBytes: 210 * 2 ** 20 }, limits)).toMatch(/^The folder is more than 200 MiB as an archive/)
  expect(sizeWords(1536)).toBe('1.5 KiB')
})
