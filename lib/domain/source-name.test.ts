import { describe, expect, it } from 'vitest'

import { DisplayName } from '../contract/common'
import type { Source } from '../contract/source'
import { nameOfSource } from './source-name'

const git = (url: string): Source => ({ type: 'git', url })
const local = (path: string): Source => ({ type: 'local', path })
const template = (name: string): Source => ({ type: 'template', template: name })

describe('the name of a source', () => {
  const table: [Source, string][] = [
    [git('https://github.com/ada/shop.git'), 'shop'],
    [git('https://github.com/ada/shop/'), 'shop'],
    [git('git@github.com:ada/shop.git'), 'shop'],
    [git('git@host:shop.git'), 'shop'],
    [git('ssh://git@host:2222/ada/My.Shop'), 'My.Shop'],
    [git('https://host/shop.git?x=1#y'), 'shop'],
    [git('file:///srv/$(id)'), '(id)'],
    [git('file:///'), 'file'],
    [git('https://host/"${x}"'), 'x'],
    [git('https://host/\u202egpj.exe'), 'gpj.exe'],
    [git(`https://host/${'a'.repeat(200)}`), 'a'.repeat(50)],
    [local('/home/me/my site/'), 'my-site'],
    [local('/'), 'service'],
    [local('/..'), 'service'],
    [local(`/${'🚀'.repeat(80)}`), '🚀'.repeat(25)],
    [local(`/a${'🚀'.repeat(80)}`), `a${'🚀'.repeat(24)}`],
    [template('node-service'), 'server'],
    [template('two-services/web'), 'web'],
    [template('unknown/thing'), 'thing'],
  ]
  it.each(table)('%o → %s', (source, expected) => {
    expect(nameOfSource(source)).toBe(expected)
  })

  it.each(table)('of %o could have been given by a person, with a number too', (source) => {
    expect(DisplayName.safeParse(`${nameOfSource(source)}-500`).success).toBe(true)
  })
})
