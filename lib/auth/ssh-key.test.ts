import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { generateSshKey, importSshKey } from './ssh-key'

/** What OpenSSH itself makes of a key. */
function askSshKeygen(privateKey: string): { publicKey: string; fingerprint: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-key-'))
  const file = join(folder, 'key')
  try {
    writeFileSync(file, privateKey, { mode: 0o600 })
    const publicKey = execFileSync('ssh-keygen', ['-y', '-f', file]).toString().trim()
    writeFileSync(`${file}.pub`, publicKey)
    return { publicKey, fingerprint: execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`]).toString().split(' ')[1]! }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('SSH keys', () => {
  it('are made as OpenSSH reads them', () => {
    for (let i = 0; i < 5; i++) {
      const key = generateSshKey('deploy key '.repeat(i).trim() || 'easel')
      const seen = askSshKeygen(key.privateKey)
      expect(key.publicKey.startsWith(seen.publicKey.split(' ').slice(0, 2).join(' '))).toBe(true)
      expect(seen.fingerprint).toBe(key.fingerprint)
    }
  })

  it('are taken in from OpenSSH and from PEM', () => {
    const made = generateSshKey('easel')
    expect(importSshKey(made.privateKey.replace(/\n/g, '\r\n'), 'easel').fingerprint).toBe(made.fingerprint)
    const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const imported = importSshKey(pem, 'easel')
    expect(askSshKeygen(imported.privateKey).fingerprint).toBe(imported.fingerprint)
  })

  it.each([
    ['text', 'hello', /no private key/],
    ['a damaged key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', /damaged/],
    ['a PEM key of another type', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), /type ec/],
  ])('refuse %s', (_, text, message) => {
    expect(() => importSshKey(text, 'easel')).toThrow(message)
  })

  it('refuse a key with a passphrase', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssh-key-'))
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', join(folder, 'key')])
    const text = execFileSync('cat', [join(folder, 'key')]).toString()
    rmSync(folder, { recursive: true })
    expect(() => importSshKey(text, 'easel')).toThrow(/passphrase/)
  })
})
