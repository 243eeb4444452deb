import { othersWith } from '../../db/queries/domains'
import type { Db } from '../../db/connection'
import { whyOurs } from '../../domain/domain-records'
import { namesAbove } from '../../domain/host-name'
import { suffixThatItIs } from '../../domain/registered-name'
import { hasNetwork, type TargetKind } from '../../domain/target'
import { AppError } from '../../errors'
import type { Ctx } from '../context'

/** Refuses what nobody can bring: a public suffix, a name of the instance itself. */
export function refuseName(hostname: string, { config }: Pick<Ctx, 'config'>): void {
  const suffix = suffixThatItIs(hostname)
  const wrong = suffix === null ? whyOurs(hostname, { domain: config.ingress.domain, consoleHost: new URL(config.publicUrl).hostname }) : `${suffix} is a public suffix: everybody can register names below it, so it cannot be given to a service. Type one of yours, such as example.${suffix}.`
  if (wrong !== null) throw new AppError('invalid_input', wrong, { fields: { hostname: wrong } })
}

/** Refuses a name that somebody else has, or that belongs to one that another organization has proven. */
export async function refuseTaken(db: Db, { hostname, organizationId, serviceId, id }: { hostname: string; organizationId: string; serviceId: string; id: string }): Promise<void> {
  const others = await othersWith(db, { hostname, above: namesAbove(hostname), except: id })
  const same = others.find((other) => other.hostname === hostname)
  if (same) throw nameTaken(hostname, same.organizationId !== organizationId ? 'elsewhere' : same.serviceId === serviceId ? 'here' : { service: same.service })
  const above = others.find((other) => other.organizationId !== organizationId && other.isProven)
  if (above) throw new AppError('conflict', `${hostname} belongs to a name that another organization of this instance has proven. Ask them to take it away, or type another name.`, { fields: { hostname: 'Belongs to a name of another organization.' } })
}

/** Who has a name: this service, another one of the organization, another organization, or somebody who came a moment earlier. */
export type NameHolder = 'here' | { service: string } | 'elsewhere' | 'unknown'

/** Where the other one is, is told to those only who may see it. */
export function nameTaken(hostname: string, holder: NameHolder): AppError {
  return new AppError('conflict', `${hostname} is taken. ${wordsFor(holder)}`, { fields: { hostname: 'Is taken.' } })
}

function wordsFor(holder: NameHolder): string {
  if (typeof holder === 'object') return `It leads to ${holder.service}, another service of this organization. Take it away there first, or change where it leads.`
  if (holder === 'here') return 'This service has it already: it is in the list.'
  if (holder === 'unknown') return 'Somebody else added it a moment ago.'
  return 'Another organization of this instance has it. If it is yours, ask them, or the operator: a claim that is not proven ends after 72 hours.'
}

export function refusePort(field: string, port: number | null, kind: TargetKind): void {
  if (port === null || hasNetwork(kind)) return
  const message = 'This environment runs services as processes of the machine, where each listens on the one port it is given. Leave the port empty, or use an environment on a Docker target.'
  throw new AppError('invalid_input', message, { fields: { [field]: message } })
}
