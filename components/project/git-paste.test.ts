import { describe, expect, it } from 'vitest'

import { readGitPaste } from './git-paste'

const plain = (url: string, name: string) => ({ url, ref: '', rootDirectory: '', name })

describe('readGitPaste', () => {
  it.each([
    ['https://github.com/ada/shop', plain('https://github.com/ada/shop', 'shop')],
    ['  https://github.com/ada/shop.git\n', plain('https://github.com/ada/shop.git', 'shop')],
    ['git@github.com:ada/shop.git', plain('git@github.com:ada/shop.git', 'shop')],
    ['ssh://git@host:2222/ada/shop.git', plain('ssh://git@host:2222/ada/shop.git', 'shop')],
    ['file:///srv/git/shop.git', plain('file:///srv/git/shop.git', 'shop')],
    ['git clone https://github.com/ada/shop/', plain('https://github.com/ada/shop', 'shop')],
    ['https://github.com/ada/shop/tree/main/apps/web', { url: 'https://github.com/ada/shop', ref: 'main', rootDirectory: 'apps/web', name: 'shop' }],
    ['github.com/ada/shop', plain('https://github.com/ada/shop', 'shop')],
    ['www.github.com/ada/shop', plain('https://github.com/ada/shop', 'shop')],
    ['https://github.com/ada/shop#readme', plain('https://github.com/ada/shop', 'shop')],
    ['https://github.com/ada/shop?tab=readme-ov-file', plain('https://github.com/ada/shop', 'shop')],
    ['https://github.com/ada/shop/pull/12/files', plain('https://github.com/ada/shop', 'shop')],
    ['https://github.com/ada/shop/issues?q=is%3Aopen', plain('https://github.com/ada/shop', 'shop')],
    ['https://github.com/ada/shop/blob/main/README.md', { url: 'https://github.com/ada/shop', ref: 'main', rootDirectory: '', name: 'shop' }],
    ['https://github.com/ada/shop/blob/main/apps/web/package.json#L3', { url: 'https://github.com/ada/shop', ref: 'main', rootDirectory: 'apps/web', name: 'shop' }],
    ['https://github.com/ada/shop/commit/0a1b2c3', { url: 'https://github.com/ada/shop', ref: '0a1b2c3', rootDirectory: '', name: 'shop' }],
    ['https://github.com/ada/shop/releases/tag/v1.2', { url: 'https://github.com/ada/shop', ref: 'v1.2', rootDirectory: '', name: 'shop' }],
    ['https://bitbucket.org/ada/shop/src/main/', { url: 'https://bitbucket.org/ada/shop', ref: 'main', rootDirectory: '', name: 'shop' }],
    ['https://codeberg.org/ada/shop/src/branch/main/web', { url: 'https://codeberg.org/ada/shop', ref: 'main', rootDirectory: 'web', name: 'shop' }],
    ['https://git.example.com/ada/shop/tree/main/web', { url: 'https://git.example.com/ada/shop', ref: 'main', rootDirectory: 'web', name: 'shop' }],
    ['https://gitlab.com/group/sub/shop', plain('https://gitlab.com/group/sub/shop', 'shop')],
    ['git clone --depth 1 https://github.com/ada/shop.git', plain('https://github.com/ada/shop.git', 'shop')],
    ['git clone -b next git@github.com:ada/shop.git my-shop', { url: 'git@github.com:ada/shop.git', ref: 'next', rootDirectory: '', name: 'shop' }],
    ['git clone https://github.com/ada/shop\ncd shop', plain('https://github.com/ada/shop', 'shop')],
    ['gh repo clone ada/shop', plain('https://github.com/ada/shop', 'shop')],
    ['https://gitlab.com/group/sub/shop/-/tree/v2?ref_type=heads', { url: 'https://gitlab.com/group/sub/shop', ref: 'v2', rootDirectory: '', name: 'shop' }],
  ])('reads %s', (text, expected) => expect(readGitPaste(text)).toEqual(expected))

  it.each(['', 'hello', 'hello world', 'https://example.com', 'https://example.com/about', 'https://user:secret@github.com/ada/shop', '--upload-pack=x', 'git clone', 'git clone --upload-pack=x', 'github.com/ada', 'https://github.com/ada', 'ada/shop', 'https://a/b/c\nhttps://d/e/f'])(
    'takes %j for no repository',
    (text) => expect(readGitPaste(text)).toBeNull(),
  )
})
