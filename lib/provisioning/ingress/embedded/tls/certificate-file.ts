import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import type { Log } from '../../../../log'
import type { Seal } from '../../../../secrets/seal'
import { keptCertificateContext } from '../../../../secrets/sealed-certificate'
import { Certificate } from '../../table'
import { writeWhole } from '../write-whole'

// Certificates on the disk, so that HTTPS is served after a restart without database and worker. Keys are sealed as they are in the
// database, each for its own certificate. What was found wrong with one is kept beside it: to look at thousands again would take
// seconds in which nobody is served.

export type Keeping = Pick<Seal, 'seal' | 'open'>

const Kept = Certificate.omit({ keyPem: true }).extend({ keySealed: z.string(), trouble: z.string().nullable().optional() })

/** `trouble`: why it cannot be used, null when it can; undefined where nobody has looked at it. */
export type KeptCertificate = { certificate: Certificate; trouble: string | null | undefined }

export type CertificateFile = {
  /** Those that were served when the process ended; without those that do not open, which the worker publishes again. */
  load(): Promise<KeptCertificate[]>
  save(certificates: readonly Certificate[], troubleOf: (certificate: Certificate) => string | null): Promise<void>
}

/** So many are written before others have their turn. */
const AT_ONCE = 50

export function certificateFile(path: string, seal: Keeping, log: Log): CertificateFile {
  /** Sealed once each. */
  const sealed = new WeakMap<Certificate, string>()
  const sealedKey = (certificate: Certificate) => {
    const text = sealed.get(certificate) ?? seal.seal(certificate.keyPem, keptCertificateContext(certificate.id))
    sealed.set(certificate, text)
    return text
  }
  return {
    async load() {
      try {
        return z.array(Kept).parse(JSON.parse(await readFile(path, 'utf8'))).flatMap(({ keySealed, trouble, ...certificate }) => {
          try {
            return [{ certificate: { ...certificate, keyPem: seal.open(keySealed, keptCertificateContext(certificate.id)) }, trouble }]
          } catch {
            log.warn({ certificate: certificate.id }, 'kept certificate does not open with the key of this instance, waiting for the worker to publish it')
            return []
          }
        })
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ path, code: (cause as NodeJS.ErrnoException).code }, 'kept certificates cannot be read, starting without until the worker publishes')
        return []
      }
    },
    async save(certificates, troubleOf) {
      const kept = (certificate: Certificate): z.infer<typeof Kept> => {
        const { keyPem: _, ...rest } = certificate
        return { ...rest, keySealed: sealedKey(certificate), trouble: troubleOf(certificate) }
      }
      await writeWhole(path, pieces(certificates, (certificate) => JSON.stringify(kept(certificate))))
    },
  }
}

function* pieces(certificates: readonly Certificate[], text: (certificate: Certificate) => string): Generator<string> {
  yield '['
  for (let i = 0; i < certificates.length; i += AT_ONCE) yield (i === 0 ? '' : ',') + certificates.slice(i, i + AT_ONCE).map(text).join(',')
  yield ']'
}
