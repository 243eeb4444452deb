import { describe, expect, it } from 'vitest'

import { challengeName, isWithin, namesAbove, readHostName, sampleOf } from './host-name'

describe('a host name that is typed', () => {
  it.each([
    ['example.com', 'example.com'],
    ['  WWW.Example.COM. ', 'www.example.com'],
    ['https://www.example.com/path?x=1#y', 'www.example.com'],
    ['http://user:secret@shop.example.com:8443/cart', 'shop.example.com'],
    ['shop.example.com:443', 'shop.example.com'],
    ['*.example.com', '*.example.com'],
    ['https://*.example.com/', '*.example.com'],
    ['bücher.example.com', 'xn--bcher-kva.example.com'],
    ['BÜCHER.example.com', 'xn--bcher-kva.example.com'],
    ['xn--bcher-kva.example.com', 'xn--bcher-kva.example.com'],
    ['例え。テスト。com', 'xn--r8jz45g.xn--zckzah.com'],
    ['faß.de', 'xn--fa-hia.de'],
    ['a.b.c.d.example.co.uk', 'a.b.c.d.example.co.uk'],
    // Looks like another name and is not: it is kept, and shown besides, as DNS has it.
    ['\u0430pple.com', 'xn--pple-43d.com'],
    ['exa\u00admple.com', 'example.com'],
    [`${'abcdefg.'.repeat(28)}example.com`, `${'abcdefg.'.repeat(28)}example.com`],
    [`${'a'.repeat(63)}.example.com`, `${'a'.repeat(63)}.example.com`],
  ])('%s is %s', (typed, hostname) => {
    expect(readHostName(typed)).toEqual({ ok: true, name: { hostname, isWildcard: hostname.startsWith('*.') } })
  })

  it.each([
    ['', 'Type a host name'],
    ['   ', 'Type a host name'],
    ['https://', 'Type a host name'],
    ['203.0.113.7', 'is an address'],
    ['http://203.0.113.7:8080/', 'is an address'],
    ['2001:db8::1', 'is an address'],
    ['[2001:db8::1]:443', 'is an address'],
    ['::1', 'is an address'],
    ['localhost', 'everybody can look up'],
    ['printer.local', 'everybody can look up'],
    ['api.internal', 'everybody can look up'],
    ['7.113.0.203.in-addr.arpa', 'everybody can look up'],
    ['example', 'everybody can look up'],
    ['shop', 'has no dot'],
    ['*', 'whole first part'],
    ['*example.com', 'whole first part'],
    ['www.*.example.com', 'whole first part'],
    ['*.*.example.com', 'whole first part'],
    ['-a.example.com', 'begin or end with a dash, as -a does'],
    ['a-.example.com', 'begin or end with a dash, as a- does'],
    ['a..example.com', 'a dot too many'],
    ['under_score.example.com', 'underscores'],
    ['two words.com', 'characters'],
    ['exa%6dple.com', 'characters'],
    [`${'a'.repeat(64)}.example.com`, 'at most 63 characters; aaaaaaaaaaaa… has 64'],
    ['shop.example.123', 'ends with a number'],
    [`${'abcdefg.'.repeat(31)}example.com`, 'at most 253'],
    [`${'abcdefg.'.repeat(29)}example.com`, 'at most 236'],
    ['1.2.3.0x4', 'ends with a number'],
    ['a.b.0X10', 'ends with a number'],
    ['127.1', 'ends with a number'],
    ['１.１.１.１', 'ends with a number'],
    ['_dmarc.example.com', 'characters'],
    ['example.com..', 'characters'],
    ['.example.com', 'characters'],
    ['exam\u200dple.com', 'characters'],
    ['ex\u202eample.com', 'characters'],
    ['example.com\u0000', 'characters'],
    ['xn--a.com', 'characters'],
  ])('%s is refused', (typed, words) => {
    expect(readHostName(typed)).toEqual({ ok: false, message: expect.stringContaining(words) as string })
  })
})

describe('what belongs to a name', () => {
  it('is proven at a record below it, without the star', () => {
    expect([challengeName('www.example.com'), challengeName('*.example.com')]).toEqual(['_easel-challenge.www.example.com', '_easel-challenge.example.com'])
  })
  it('knows what stands above it', () => {
    expect(namesAbove('a.b.example.com')).toEqual(['*.b.example.com', 'b.example.com', '*.example.com', 'example.com'])
    expect(namesAbove('*.b.example.com')).toEqual(['b.example.com', '*.example.com', 'example.com'])
    expect(namesAbove('example.com')).toEqual([])
  })
  it('is asked by a name of its own under a wildcard', () => {
    expect(sampleOf('*.example.com', 'abcdefABCDEF123456')).toBe('easel-abcdef123456.example.com')
    expect(sampleOf('www.example.com', 'abc')).toBe('www.example.com')
  })
  it('is within another name by whole parts', () => {
    expect([isWithin('a.example.com', 'example.com'), isWithin('example.com', 'example.com'), isWithin('badexample.com', 'example.com')]).toEqual([true, true, false])
  })
})
