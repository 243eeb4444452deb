import { open, readFile, rename } from 'node:fs/promises'

import { z } from 'zod'

import type { Seal } from '../../secrets/seal'
import { keptCertificateContext } from '../../secrets/sealed-certificate'

const Kept = z.array(z.looseObject({ id: z.string(), keySealed: z.string() }))

/**
 * Has the keys in the file of the ingress opened by the present key alone, so that it serves HTTPS from its first moment on; answers how many. What
 * cannot be read, or opens with no key, is left as it is: the worker publishes it again. Repeated, it changes nothing.
 */
export async function rewrapKeptCertificates(path: string, seal: Pick<Seal, 'rewrap'>): Promise<number> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  const kept = text === null ? null : Kept.safeParse(parsed(text))
  if (!kept?.success) return 0
  let count = 0
  const next = kept.data.map((certificate) => {
    const keySealed = rewrapped(seal, certificate)
    if (keySealed === null) return certificate
    count++
    return { ...certificate, keySealed }
  })
  if (count > 0) await replace(path, JSON.stringify(next))
  return count
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function rewrapped(seal: Pick<Seal, 'rewrap'>, { id, keySealed }: { id: string; keySealed: string }): string | null {
  try {
    return seal.rewrap(keySealed, keptCertificateContext(id))
  } catch {
    return null
  }
}

/** Beside, onto the disk, then renamed: ended at any point, one of the two is whole. */
async function replace(path: string, text: string): Promise<void> {
  const file = await open(`${path}.partial`, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.partial`, path)
}
