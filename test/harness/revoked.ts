import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type OwnAuthority = {
  /** A certificate for a host name with its key; `listUrl`: where it says that revocations are listed. */
  issue(name: string, options: { host: string; listUrl: string; /** Where it says that its state can be asked (OCSP). */ askUrl?: string }): { chainPem: string; keyPem: string }
  revoke(name: string): void
  /** What is revoked, signed now, in DER. `days`: how long it holds. */
  list(days?: number): Buffer
  remove(): void
}

/** An authority of openssl, with the lists of what it revokes. */
export function makeOwnAuthority(): OwnAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'easel-authority-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90']
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  writeFileSync(join(folder, 'index.txt'), '')
  writeFileSync(join(folder, 'ca.cnf'), '[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\ncertificate = ca.pem\nprivate_key = ca.key\ndefault_md = sha256\n')
  openssl('req', '-x509', ...key, '-subj', '/CN=Own authority', '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-keyout', 'ca.key', '-out', 'ca.pem')
  return {
    issue(name, { host, listUrl, askUrl }) {
      openssl('req', '-x509', ...key, '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-addext', `crlDistributionPoints=URI:${listUrl}`, ...(askUrl === undefined ? [] : ['-addext', `authorityInfoAccess=OCSP;URI:${askUrl}`]), '-addext', 'basicConstraints=critical,CA:FALSE', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-keyout', `${name}.key`, '-out', `${name}.pem`)
      return { chainPem: `${read(`${name}.pem`)}${read('ca.pem')}`, keyPem: read(`${name}.key`) }
    },
    revoke: (name) => void openssl('ca', '-config', 'ca.cnf', '-revoke', `${name}.pem`),
    list(days = 1) {
      openssl('ca', '-config', 'ca.cnf', '-gencrl', '-crldays', String(days), '-out', 'list.pem')
      openssl('crl', '-in', 'list.pem', '-outform', 'der', '-out', 'list.crl')
      return readFileSync(join(folder, 'list.crl'))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
