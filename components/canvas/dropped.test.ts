import { expect, it } from 'vitest'

import { readDrop, refusalOf } from './dropped'

const file = (name: string) => ({ name, isFolder: false })

it.each([
  ['an address', [], ' https://github.com/acme/web ', { kind: 'text', text: 'https://github.com/acme/web' }],
  ['a folder', [{ name: 'web', isFolder: true }], '', { kind: 'folder', name: 'web' }],
  ['a folder among others', [{ name: 'web', isFolder: true }, file('a.txt')], '', { kind: 'several' }],
  ['a file beside a folder', [file('a.txt'), { name: 'web', isFolder: true }], '', { kind: 'several' }],
  ['a compose file among others', [file('readme.md'), file('docker-compose.prod.yml')], '', { kind: 'compose', name: 'docker-compose.prod.yml' }],
  ['compose.yaml', [file('compose.yaml')], '/home/me/compose.yaml', { kind: 'compose', name: 'compose.yaml' }],
  ['any YAML, after what is called a compose file', [file('stack.yml'), file('compose.yaml')], '', { kind: 'compose', name: 'compose.yaml' }],
  ['any YAML by itself', [file('picture.png'), file('Stack.YML')], '', { kind: 'compose', name: 'Stack.YML' }],
  ['another file', [file('picture.png')], '', { kind: 'file', name: 'picture.png' }],
  ['nothing', [], ' ', { kind: 'nothing' }],
])('reads %s', (_, items, text, expected) => {
  expect(readDrop({ items, text })).toEqual(expected)
})

it('says of each what is taken instead', () => {
  expect(refusalOf({ kind: 'file', name: 'picture.png' }).description).toContain('takes folders')
  expect(refusalOf({ kind: 'several' }).description).toContain('one folder at a time')
})
