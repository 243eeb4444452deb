import type { Db } from '../../db/connection'
import { shownChallenges } from '../../db/queries/engine/acme'
import { servedCertificates } from '../../db/queries/engine/certificates'
import { openCertificateKey, openChallengeKey } from '../../secrets/sealed-certificate'
import type { Engine } from '../engine'
import type { Certificate, Challenge } from '../ingress/table'

type Room = Pick<Engine, 'seal' | 'now' | 'log'> & { db: Db }

/** What authorities are to find now, for the routing table. The certificates of TLS-ALPN-01 are among `certificatesToPublish`. */
export async function challengesToPublish({ db, now }: Pick<Room, 'db' | 'now'>): Promise<Challenge[]> {
  const rows = await shownChallenges(db, now())
  return rows.map(({ id, type, host, token, keyAuthorization }) => (type === 'http-01' ? { type, host, token, keyAuthorization } : { type, host, certificateId: id }))
}

/** All certificates that the proxy is to have, each with its key: of every host name the one it is served with (see `servedCertificates`), and those of challenges. */
export async function certificatesToPublish(room: Room): Promise<Certificate[]> {
  const { db, seal, now } = room
  const served = (await servedCertificates(db, now())).flatMap((row) => opened(room, row.id, () => ({ id: row.id, fingerprint: row.fingerprint, hosts: row.hosts, chainPem: row.chainPem, keyPem: openCertificateKey(seal, row) })))
  const challenges = (await shownChallenges(db, now())).flatMap(({ id, host, certificatePem, keySealed }) =>
    certificatePem === null || keySealed === null ? [] : opened(room, id, () => ({ id, fingerprint: id, hosts: [host], chainPem: certificatePem, keyPem: openChallengeKey(seal, { id, keySealed }) })))
  return [...served, ...challenges]
}

/** One that does not open keeps no other from being served. */
function opened({ log }: Pick<Room, 'log'>, id: string, open: () => Certificate): Certificate[] {
  try {
    return [open()]
  } catch (cause) {
    log.error({ certificate: id, cause }, 'the key of a certificate does not open with the key of this instance')
    return []
  }
}
