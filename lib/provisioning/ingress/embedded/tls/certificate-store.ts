import { createPrivateKey, X509Certificate } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { createSecureContext, type SecureContext } from 'node:tls'

import type { Certificate } from '../../table'
import { wildcardOf } from '../route-index'

// Certificates as handshakes ask for them. What they need is made when the first asks: it costs a millisecond or more each.

export type CertificateStore = {
  /** Looks at these, a few in a turn. What was looked at once is not looked at again. */
  judge(certificates: readonly Certificate[]): Promise<void>
  /** Takes somebody's word for what is wrong with one; null for nothing. */
  trust(certificate: Certificate, trouble: string | null): void
  /** Why it cannot be used; null when it can. */
  troubleOf(certificate: Certificate): string | null
  /** Takes the place of all. Gives those that cannot be used, with the reason. */
  replace(certificates: readonly Certificate[]): Promise<Record<string, string>>
  has(id: string): boolean
  /** The one that names the host, or the wildcard above it; the newest where several do. */
  covering(host: string): string | undefined
  /** Null where there is none of this id. */
  contextOf(id: string): SecureContext | null
  size(): number
  /** Those that can be used. */
  all(): Certificate[]
}

/** A context takes some 100 KB. */
const MOST_CONTEXTS = 2_000
/** So many are looked at before others have their turn. */
const AT_ONCE = 20

export function certificateStore(): CertificateStore {
  let byId = new Map<string, Certificate>()
  let byHost = new Map<string, string>()
  const contexts = new Map<string, { fingerprint: string; context: SecureContext }>()
  const judged = new WeakMap<Certificate, string | null>()
  let publications = 0

  const judgeOne = (certificate: Certificate) => {
    const known = judged.get(certificate)
    if (known !== undefined) return known
    const trouble = whatIsWrong(certificate)
    judged.set(certificate, trouble)
    return trouble
  }
  const judge = async (certificates: readonly Certificate[]) => {
    let looked = 0
    for (const certificate of certificates) {
      if (judged.has(certificate)) continue
      if (++looked % AT_ONCE === 0) await turn()
      judgeOne(certificate)
    }
  }

  return {
    judge,
    trust: (certificate, trouble) => void judged.set(certificate, trouble),
    troubleOf: judgeOne,
    async replace(certificates) {
      const publication = ++publications
      await judge(certificates)
      const next = new Map<string, Certificate>()
      const hosts = new Map<string, string>()
      const unusable: Record<string, string> = {}
      for (const certificate of certificates) {
        const trouble = judgeOne(certificate)
        if (trouble !== null) unusable[certificate.id] = trouble
        else {
          next.set(certificate.id, certificate)
          for (const host of certificate.hosts) hosts.set(host.toLowerCase(), certificate.id)
        }
      }
      // One that came later, and was looked at sooner, has taken its place already.
      if (publication !== publications) return unusable
      byId = next
      byHost = hosts
      for (const [id, { fingerprint }] of contexts) if (byId.get(id)?.fingerprint !== fingerprint) contexts.delete(id)
      return unusable
    },
    has: (id) => byId.has(id),
    covering: (host) => byHost.get(host) ?? byHost.get(wildcardOf(host)),
    contextOf(id) {
      const certificate = byId.get(id)
      if (!certificate) return null
      const context = contexts.get(id)?.context ?? createSecureContext({ cert: certificate.chainPem, key: certificate.keyPem, minVersion: 'TLSv1.2' })
      contexts.delete(id)
      contexts.set(id, { fingerprint: certificate.fingerprint, context })
      if (contexts.size > MOST_CONTEXTS) contexts.delete(contexts.keys().next().value!)
      return context
    },
    size: () => byId.size,
    all: () => [...byId.values()],
  }
}

/** Why it cannot be used, without a word of its key. Also one that has run out is served: its owner sees that better than nothing. */
function whatIsWrong({ chainPem, keyPem }: Certificate): string | null {
  let leaf: X509Certificate
  try {
    leaf = new X509Certificate(chainPem)
  } catch {
    return 'Its chain cannot be read.'
  }
  try {
    return leaf.checkPrivateKey(createPrivateKey(keyPem)) ? null : 'Its key belongs to another certificate.'
  } catch {
    return 'Its key cannot be read.'
  }
}
