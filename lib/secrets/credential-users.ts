import { openEnvironment, type ReleasedEnvironment } from './sealed-environment'
import type { Seal } from './seal'

/** A version of a service that serves or is about to, with what it was released with. */
export type Released = { serviceId: string; name: string; deploymentId: string; environmentSealed: string | null; reaches: string[] | null }

/** Shorter ones may be found in anything. */
const TELLING = 6

/** The variables in which a version was given a password, whichever way it came there: the value itself, or within an address. */
export function variablesWith({ variables }: Pick<ReleasedEnvironment, 'variables'>, password: string): string[] {
  const encoded = encodeURIComponent(password)
  return Object.entries(variables).filter(([, value]) => value === password || (password.length >= TELLING && (value.includes(password) || value.includes(encoded)))).map(([key]) => key)
}

/** Those that were given a password, each after the ones it refers to. */
export function usersOf<T extends Released>(seal: Seal, released: readonly T[], password: string): (T & { keys: string[] })[] {
  const users = released.flatMap((one) => {
    const keys = one.environmentSealed === null ? [] : variablesWith(openEnvironment(seal, one.deploymentId, one.environmentSealed), password)
    return keys.length === 0 ? [] : [{ ...one, keys }]
  })
  return inOrder(users)
}

/** In a circle, the one that was drawn first comes first. */
function inOrder<T extends Released>(users: readonly T[]): T[] {
  const ordered = new Set<T>()
  const onTheWay = new Set<string>()
  const visit = (user: T) => {
    if (ordered.has(user) || onTheWay.has(user.deploymentId)) return
    onTheWay.add(user.deploymentId)
    for (const other of users) if (other !== user && user.reaches?.includes(other.serviceId)) visit(other)
    ordered.add(user)
  }
  for (const user of [...users].sort((a, b) => (a.serviceId < b.serviceId ? -1 : 1))) visit(user)
  return [...ordered]
}
