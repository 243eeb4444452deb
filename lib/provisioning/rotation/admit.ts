import type { StepEnd, Turn } from './turn'
import { advance, credentialsOf, waitFor } from './turn'
import { openDoor, tellServer } from './server'

/** Both are valid from here on, also for a server that is started again. */
export async function admit(turn: Turn): Promise<StepEnd> {
  const { part, place } = turn
  const { wanted, unwanted } = credentialsOf(turn)
  // First, so that a server that is started again at any moment takes both.
  if (part.otherPasswordKey !== null) await (await tellServer(turn, { password: unwanted, other: wanted })).write()
  if (!(await letIn(turn))) return waitFor(turn, `Waits until ${place.service} runs.`)
  return advance(turn, { to: 'write', event: 'rotation.admitted' })
}

/** Has the wanted login let in, beside the other one. Answers whether the database runs. Also for when somebody has taken it away since. */
export async function letIn(turn: Turn): Promise<boolean> {
  const { wanted, unwanted } = credentialsOf(turn)
  const door = await openDoor(turn, unwanted.login)
  if (door) await turn.part.admit(door, wanted.login, turn.signal)
  return door !== null
}
