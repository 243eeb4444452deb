import { describe, expect, it } from 'vitest'

import { gitSource, nameFromGitUrl, usesSsh } from './source-choice'

it.each([
  ['https://example.com/ada/shop.git', 'shop'],
  ['https://example.com/ada/shop/', 'shop'],
  ['git@example.com:ada/shop.git', 'shop'],
  ['git@example.com:shop', 'shop'],
  ['', ''],
])('names a project of %j %j', (url, name) => expect(nameFromGitUrl(url)).toBe(name))

it.each([
  ['git@example.com:ada/shop.git', true],
  ['ssh://git@example.com/ada/shop.git', true],
  ['https://example.com/ada/shop.git', false],
  ['nonsense', false],
])('%j goes over SSH: %j', (url, ssh) => expect(usesSsh(url)).toBe(ssh))

describe('gitSource', () => {
  it('leaves out what was not typed, and a key where none is used', () => {
    expect(gitSource({ url: ' https://example.com/a.git ', ref: '', rootDirectory: ' ', sshKeyId: 'key_1' })).toEqual({ type: 'git', url: 'https://example.com/a.git' })
  })
  it('keeps what was typed', () => {
    const typed = { url: 'git@example.com:a.git', ref: 'main', rootDirectory: 'apps/web', sshKeyId: 'key_1' }
    expect(gitSource(typed)).toEqual({ type: 'git', ...typed })
  })
})
