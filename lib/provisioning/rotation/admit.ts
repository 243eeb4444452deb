import type { StepEnd, Turn } from './turn'
import { advance, credentialsOf, waitFor } from './turn'
import { openDoor, tellServer } from './server'

/** Both are valid from here on, also for a server that is started again. */
export async function admit(turn: Turn): Promise<StepEnd> {
  const { part, place, signal } = turn
  const { wanted, unwanted } = credentialsOf(turn)
  // First, so that a server that is started again at any moment takes both.
  if (part.otherPasswordKey !== null) await (await tellServer(turn, { password: unwanted, other: wanted })).write()
  const door = await openDoor(turn, unwanted.login)
  if (!door) return waitFor(turn, `Waits until ${place.service} runs.`)
  await part.admit(door, wanted.login, signal)
  return advance(turn, { to: 'write', event: 'rotation.admitted' })
}
