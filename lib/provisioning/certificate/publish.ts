import type { Db } from '../../db/connection'
import { shownChallenges } from '../../db/queries/engine/acme'
import { servedCertificates, wholeCertificates } from '../../db/queries/engine/certificates'
import { openCertificateKey, openChallengeKey } from '../../secrets/sealed-certificate'
import type { Engine } from '../engine'
import type { Certificate, CertificateName, Challenge, ReadCertificates } from '../ingress/table'

type Room = Pick<Engine, 'seal' | 'now' | 'log'> & { db: Db }

/** What authorities are to find now, for the routing table. The certificates of TLS-ALPN-01 are among `certificatesToPublish`. */
export async function challengesToPublish({ db, now }: Pick<Room, 'db' | 'now'>): Promise<Challenge[]> {
  const rows = await shownChallenges(db, now())
  return rows.map(({ id, type, host, token, keyAuthorization }) => (type === 'http-01' ? { type, host, token, keyAuthorization } : { type, host, certificateId: id }))
}

/**
 * Names all certificates that the proxy is to have: of every host name the one it is served with (see `servedCertificates`), and those of challenges. `read` opens the keys of those that it is
 * asked for; one that does not open is left out, and keeps no other from being served.
 */
export async function certificatesToPublish(room: Room): Promise<{ names: CertificateName[]; read: ReadCertificates }> {
  const { db, seal, now } = room
  const challenges = (await shownChallenges(db, now())).filter(({ certificatePem, keySealed }) => certificatePem !== null && keySealed !== null)
  const served = await servedCertificates(db, now())
  return {
    names: [...served.map(({ id, fingerprint }) => ({ id, fingerprint })), ...challenges.map(({ id }) => ({ id, fingerprint: id }))],
    async read(names) {
      const wanted = new Set(names.map(({ id }) => id))
      const whole = (await wholeCertificates(db, [...wanted])).flatMap((row) => opened(room, row.id, () => ({ id: row.id, fingerprint: row.fingerprint, hosts: row.hosts, chainPem: row.chainPem, keyPem: openCertificateKey(seal, row) })))
      const proofs = challenges.filter(({ id }) => wanted.has(id)).flatMap(({ id, host, certificatePem, keySealed }) => opened(room, id, () => ({ id, fingerprint: id, hosts: [host], chainPem: certificatePem!, keyPem: openChallengeKey(seal, { id, keySealed: keySealed! }) })))
      return [...whole, ...proofs]
    },
  }
}

function opened({ log }: Pick<Room, 'log'>, id: string, open: () => Certificate): Certificate[] {
  try {
    return [open()]
  } catch (cause) {
    log.error({ certificate: id, cause }, 'the key of a certificate does not open with the key of this instance')
    return []
  }
}
