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
  const server = await knowingOne(turn)
  // Before the other one is taken away.
  await part.greet(door, signal)
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

/** What a server that is started again is to know: one password only. */
async function knowingOne(turn: Turn) {
  return turn.part.otherPasswordKey === null ? null : tellServer(turn, { password: credentialsOf(turn).wanted, other: null })
}

/** Ends one of a database that was changed by hand, so that it can be changed, deployed and restored again. */
export async function giveUp(turn: Turn, { message: why }: Error): Promise<void> {
  const { engine, place, rotation } = turn
  const server = await knowingOne(turn).catch(() => null)
  const message = rotation.isReturning
    ? `Everything is back at the former login, but ${place.service} could not be told to refuse the new one. ${why} See that its variables say what it knows, deploy it, then rotate once more.`
    : `${place.service} was changed by hand, and refuses both logins. ${why} Let in the one that its variables say, or restore a snapshot of it.`
  await advance(turn, {
    to: 'revoke',
    change: { status: 'cancelled', message, formerSealed: null, nextSealed: null, finishedAt: engine.now() },
    also: async (tx) => {
      await server?.within(tx)
      await tell(tx, turn, 'rotation.failed', { step: rotation.step, message })
    },
  })
}
