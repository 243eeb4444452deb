import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { judgeCertificate, readCertificate } from './judge-certificate'

// Certificates that openssl makes: a root, an intermediate and leaves of every kind.

let folder: string
let now: Date
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
const file = (name: string) => readFileSync(join(folder, name), 'latin1')

type Made = { ca?: string; key?: string[]; names?: string; days?: number; from?: string; to?: string; authority?: boolean }

function make(name: string, { ca, key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], names, days = 90, authority = false }: Made): void {
  const issued = ca === undefined ? [] : ['-CA', `${ca}.pem`, '-CAkey', `${ca}.key`]
  const extensions = [`basicConstraints=critical,CA:${authority ? 'TRUE' : 'FALSE'}`, ...(names === undefined ? [] : [`subjectAltName=${names}`])].flatMap((each) => ['-addext', each])
  openssl('req', '-x509', ...key, '-nodes', '-days', String(days), '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`, ...extensions, ...issued)
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'easel-judge-'))
  make('root', { authority: true, days: 365 })
  make('middle', { ca: 'root', authority: true, days: 365 })
  make('good', { ca: 'middle', names: 'DNS:example.com,DNS:*.example.com' })
  make('soon', { ca: 'middle', names: 'DNS:example.com', days: 5 })
  make('weak', { ca: 'middle', names: 'DNS:example.com', key: ['-newkey', 'rsa:1024'] })
  make('strong', { ca: 'middle', names: 'DNS:example.com', key: ['-newkey', 'rsa:2048'] })
  make('curve', { ca: 'middle', names: 'DNS:example.com', key: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'] })
  make('edwards', { ca: 'middle', names: 'DNS:example.com', key: ['-newkey', 'ed25519'] })
  make('nameless', { ca: 'middle' })
  make('alone', { names: 'DNS:example.com' })
  openssl('pkey', '-in', 'good.key', '-aes256', '-passout', 'pass:secret', '-out', 'locked.key')
  openssl('ec', '-in', 'good.key', '-aes256', '-passout', 'pass:secret', '-out', 'locked-old.key')
  openssl('ec', '-in', 'good.key', '-out', 'good-old.key')
  openssl('pkcs12', '-export', '-in', 'good.pem', '-inkey', 'good.key', '-passout', 'pass:', '-out', 'good.p12')
  openssl('x509', '-in', 'good.pem', '-outform', 'der', '-out', 'good.der')
  openssl('ec', '-in', 'good.key', '-outform', 'der', '-out', 'good.key.der')
  openssl('crl2pkcs7', '-nocrl', '-certfile', 'good.pem', '-out', 'good.p7b')
  openssl('req', '-new', '-key', 'good.key', '-subj', '/CN=example.com', '-out', 'good.csr')
  make('old', { ca: 'root', authority: true, days: 1 })
  make('late', { ca: 'old', names: 'DNS:example.com' })
  make('alone-authority', { names: 'DNS:example.com', authority: true })
  now = new Date()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const judge = (names: string[], { key = `${names[0]}.key`, hostname = 'example.com', inDays = 0 }: { key?: string; hostname?: string; inDays?: number } = {}) =>
  judgeCertificate({ chainPem: names.map((name) => file(name.includes('.') ? name : `${name}.pem`)).join('\n'), keyPem: key === '' ? '' : file(key), hostname, now: new Date(now.getTime() + inDays * 24 * 3_600_000) })

describe('a certificate that somebody brings', () => {
  test.each([
    ['with its chain', ['good', 'middle'], {}],
    ['for a host below its wildcard', ['good', 'middle'], { hostname: 'shop.example.com' }],
    ['for the wildcard itself', ['good', 'middle'], { hostname: '*.example.com' }],
    ['with a key of the older form', ['good', 'middle'], { key: 'good-old.key' }],
    ['of RSA with 2,048 bits', ['strong', 'middle'], {}],
  ])('%s is taken without a word', (_, names, options) => {
    expect(judge(names, options)).toEqual({ problems: [], warnings: [] })
  })

  test.each([
    ['another key', ['good', 'middle'], { key: 'soon.key' }, 'private key does not belong', 'key'],
    ['the chain turned around', ['middle', 'good'], { key: 'middle.key' }, 'Put the certificate of the host name first'],
    ['a chain out of order', ['good', 'root', 'middle'], {}, 'good was issued by middle, and root comes after it'],
    ['no chain', ['good'], {}, 'the certificate of middle, who issued it, is missing'],
    ['a stranger in the chain', ['good', 'middle', 'alone'], {}, 'not in order'],
    ['another host name', ['good', 'middle'], { hostname: 'example.org' }, 'is for example.com, *.example.com, not for example.org'],
    ['two labels below a wildcard', ['good', 'middle'], { hostname: 'a.b.example.com' }, '*.example.com stands for one label only'],
    ['no names', ['nameless', 'middle'], {}, 'names no host names'],
    ['an end in the past', ['good', 'middle'], { inDays: 91 }, 'has expired on'],
    ['a beginning in the future', ['good', 'middle'], { inDays: -1 }, 'is not valid before'],
    ['RSA with 1,024 bits', ['weak', 'middle'], {}, 'RSA with 1024 bits'],
    ['a curve of its own', ['curve', 'middle'], {}, 'curve secp256k1'],
    ['Ed25519', ['edwards', 'middle'], {}, 'type ed25519'],
    ['a key with a passphrase', ['good', 'middle'], { key: 'locked.key' }, 'encrypted with a passphrase', 'key'],
    ['an older key with a passphrase', ['good', 'middle'], { key: 'locked-old.key' }, 'encrypted with a passphrase', 'key'],
    ['no key', ['good', 'middle'], { key: '' }, 'There is no private key', 'key'],
    ['the key among the certificates', ['good', 'middle', 'good.key'], { key: '' }, 'among the certificates', 'key'],
    ['PKCS #12', ['good.p12'], { key: 'good.key' }, 'openssl pkcs12'],
    ['a binary key', ['good', 'middle'], { key: 'good.key.der' }, 'openssl pkey -inform der', 'key'],
    ['a binary certificate', ['good.der'], { key: 'good.key' }, 'openssl x509 -inform der'],
    ['PKCS #7', ['good.p7b'], { key: 'good.key' }, 'PKCS #7'],
    ['a request', ['good.csr'], { key: 'good.key' }, 'certificate request'],
  ] as [string, string[], Parameters<typeof judge>[1], string, ('key' | 'chain')?][])('%s is refused in words, at the text that is wrong', (_, names, options, words, of = 'chain') => {
    const { problems } = judge(names, options)
    expect(problems).toEqual([{ of, message: expect.stringContaining(words) as string }])
  })

  test('an authority in the chain that has ended, and damaged text, are refused', () => {
    expect(judge(['late', 'old'], { inDays: 2 }).problems[0]!.message).toContain('authority old in the chain has expired')
    const damaged = file('good.pem').replace(/\n.{10}/, '\n')
    expect(judgeCertificate({ chainPem: damaged, keyPem: file('good.key'), hostname: 'example.com', now }).problems).toEqual([{ of: 'chain', message: expect.stringContaining('Certificate 1 of the text cannot be read') as string }])
    expect(judgeCertificate({ chainPem: '', keyPem: 'x', hostname: 'example.com', now }).problems).toHaveLength(2)
  })

  test('text that is indented, with other line ends, is read', () => {
    const indented = (name: string) => file(name).replace(/^/gm, '    ').replace(/\n/g, '\r\n')
    expect(judgeCertificate({ chainPem: indented('good.pem') + indented('middle.pem'), keyPem: indented('good.key'), hostname: 'example.com', now })).toEqual({ problems: [], warnings: [] })
    expect(readCertificate(indented('good.pem')).hosts).toEqual(['example.com', '*.example.com'])
  })

  test('what works and should be known is a warning', () => {
    expect(judge(['soon', 'middle'])).toEqual({ problems: [], warnings: [expect.stringContaining('ends in 4 days')] })
    expect(judge(['good', 'middle', 'root'])).toEqual({ problems: [], warnings: [expect.stringContaining('root is in the chain')] })
    expect(judge(['alone-authority'])).toEqual(judge(['alone']))
    expect(judge(['alone'])).toEqual({ problems: [], warnings: [expect.stringContaining('signed by itself')] })
  })

  test('what is kept of it is its certificates only', () => {
    const read = readCertificate(`Bag Attributes\n${file('good.key')}${file('good.pem')}comment\n${file('middle.pem')}`)
    expect(read).toMatchObject({ hosts: ['example.com', '*.example.com'], issuer: 'middle' })
    expect(read.chainPem).not.toContain('PRIVATE KEY')
    expect(read.chainPem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  })
})
