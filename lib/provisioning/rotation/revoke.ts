import { isBeingCopied } from '../../db/queries/engine/snapshots'
import { openDoor, tellServer } from './server'
import { advance, credentialsOf, tell, waitFor, type StepEnd, type Turn } from './turn'

/** The unwanted login is refused from here on. Asked for with the wanted one, so nobody can lock themselves out. */
export async function revoke(turn: Turn): Promise<StepEnd> {
  const { engine, rotation, place, part, signal } = turn
  // Whoever copies it may have connected before the other login was known, and would be cut off.
  if (await isBeingCopied(engine.db, place.serviceId)) return waitFor(turn, `Waits until the snapshot of ${place.service} is taken.`)
  const { wanted, unwanted } = credentialsOf(turn)
  const door = await openDoor(turn, wanted.login)
  if (!door) return waitFor(turn, `Waits until ${place.service} runs.`)
  const server = part.otherPasswordKey === null ? null : await tellServer(turn, { password: wanted, other: null })
  const writtenMs = engine.now().getTime() - (rotation.writtenAt ?? engine.now()).getTime()
  await part.revoke(door, unwanted.login, { writtenMs, mark: wanted.mark ?? null }, signal)
  return advance(turn, {
    to: 'revoke',
    change: { status: rotation.isReturning ? 'cancelled' : 'done', formerSealed: null, nextSealed: null, finishedAt: engine.now() },
    also: async (tx) => {
      await server?.within(tx)
      await tell(tx, turn, rotation.isReturning ? 'rotation.returned' : 'rotation.finished', { redeployed: rotation.dependants.map(({ name }) => name) })
    },
  })
}
