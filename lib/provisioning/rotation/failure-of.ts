import { LoginRefused } from '../database/login-refused'
import { openDoor } from './server'
import { credentialsOf, RotationFailure, type Turn } from './turn'

/** What a person is told when a step cannot be done, and from where it goes on. */
export function failureOf({ place: { service }, rotation: { step } }: Turn, error: Error): RotationFailure {
  if (error instanceof RotationFailure) return error
  if (!(error instanceof LoginRefused)) return new RotationFailure(`${service} could not be asked: ${error.message || 'it does not answer.'} Both passwords stay as they are; try again when it is well${step === 'revoke' ? '' : ', or cancel'}.`)
  if (step !== 'revoke') return new RotationFailure(`${service} was changed by hand. ${error.message} Set that back and try again, or cancel.`)
  // It was valid when everybody got it, and is no more; it can be made anew while the former one is let in.
  return new RotationFailure(`${service} was changed by hand, and refuses the new login. ${error.message} The former one is still valid. Try again to let the new one in anew, or cancel to go back to the former one.`, null, 'admit')
}

/** Whether nothing is left to wait for: on the way back nobody uses the other login any more, and who is let in by neither cannot go on. */
export async function isHopeless(turn: Turn, error: Error): Promise<boolean> {
  const { isReturning, step } = turn.rotation
  if (step !== 'revoke') return false
  return isReturning || (error instanceof LoginRefused && !(await formerGetsIn(turn)))
}

async function formerGetsIn(turn: Turn): Promise<boolean> {
  try {
    const door = await openDoor(turn, credentialsOf(turn).unwanted.login)
    if (door) await turn.part.greet(door, turn.signal)
    return door !== null
  } catch (error) {
    if (error instanceof LoginRefused) return false
    throw error
  }
}
