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
    ['https://gitlab.com/group/sub/shop/-/tree/v2?ref_type=heads', { url: 'https://gitlab.com/group/sub/shop', ref: 'v2', rootDirectory: '', name: 'shop' }],
  ])('reads %s', (text, expected) => expect(readGitPaste(text)).toEqual(expected))

  it.each(['', 'hello', 'hello world', 'https://example.com', 'https://example.com/about', 'https://user:secret@github.com/ada/shop', '--upload-pack=x', 'https://a/b/c\nhttps://d/e/f'])(
    'takes %j for no repository',
    (text) => expect(readGitPaste(text)).toBeNull(),
  )
})
