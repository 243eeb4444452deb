import { removeExpiredChallenges, removeOldOrders } from '../db/queries/engine/acme'
import { certifiedDomain, renewable, unserved } from '../db/queries/engine/certificates'
import { ORDERS_MS } from '../domain/certificate/pace'
import type { Engine } from '../provisioning/engine'
import { dueAt, isDue } from '../provisioning/certificate/issue'
import { enqueue } from '../queue/jobs'

/** So many at once; the others come with the next round, so that a thousand that are due do not reach an authority in one minute. */
const MOST_AT_ONCE = 20

/**
 * Asks for every certificate that is due, and again where the pause after a failure is over. Done twice, it asks once: the job has a key, and looks for itself whether it is too early.
 * Answers in how many milliseconds the next one is due; Infinity for none. Some authorities give certificates that last for minutes.
 */
export async function renewCertificates({ db, now, config }: Pick<Engine, 'db' | 'now' | 'config'>): Promise<number> {
  await removeExpiredChallenges(db, now())
  await removeOldOrders(db, new Date(now().getTime() - ORDERS_MS))
  if (config.acme === null || config.ingress.httpsPort === null) return Infinity
  const at = now()
  const rows = await renewable(db, at)
  const due = rows.filter((row) => isDue(row, at))
  const renewals = await Promise.all(due.slice(0, MOST_AT_ONCE).map(({ domainId }) => certifiedDomain(db, domainId)))
  const wanted = [...renewals.filter((domain) => domain !== null), ...(await unserved(db, now())).slice(0, MOST_AT_ONCE)]
  for (const { id, serviceId } of wanted) await enqueue(db, { task: 'issue-certificate', domainId: id, serviceId })
  return rows.reduce((soonest, row) => (isDue(row, at) ? soonest : Math.min(soonest, dueAt(row).getTime() - at.getTime())), Infinity)
}
