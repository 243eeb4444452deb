import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import type { Log } from '../../../../log'
import type { Seal } from '../../../../secrets/seal'
import { keptCertificateContext } from '../../../../secrets/sealed-certificate'
import { Certificate } from '../../table'
import { writeWhole } from '../write-whole'

// Certificates on the disk, so that HTTPS is served after a restart without database and worker. Keys are sealed as they are in the
// database, each for its own certificate.

export type Keeping = Pick<Seal, 'seal' | 'open'>

const Kept = z.array(Certificate.omit({ keyPem: true }).extend({ keySealed: z.string() }))

/** Those that were served when the process ended; without those that do not open, which the worker publishes again. */
export async function loadCertificates(path: string, seal: Keeping, log: Log): Promise<Certificate[]> {
  try {
    return Kept.parse(JSON.parse(await readFile(path, 'utf8'))).flatMap(({ keySealed, ...certificate }) => {
      try {
        return [{ ...certificate, keyPem: seal.open(keySealed, keptCertificateContext(certificate.id)) }]
      } catch {
        log.warn({ certificate: certificate.id }, 'kept certificate does not open with the key of this instance, waiting for the worker to publish it')
        return []
      }
    })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ path, code: (cause as NodeJS.ErrnoException).code }, 'kept certificates cannot be read, starting without until the worker publishes')
    return []
  }
}

export async function saveCertificates(path: string, certificates: readonly Certificate[], seal: Keeping): Promise<void> {
  const kept: z.infer<typeof Kept> = certificates.map(({ keyPem, ...certificate }) => ({ ...certificate, keySealed: seal.seal(keyPem, keptCertificateContext(certificate.id)) }))
  await writeWhole(path, JSON.stringify(kept))
}
