import * as rotations from '../../db/queries/rotations'
import { configureAll } from '../../db/queries/services'
import * as variables from '../../db/queries/variables'
import { newId } from '../../ids'
import { usersOf } from '../../secrets/credential-users'
import { sealCredential } from '../../secrets/sealed-rotation'
import { sealPlain } from '../../secrets/sealed-variables'
import { LoginRefused } from '../database/login-refused'
import { openDoor, tellServer } from './server'
import { advance, credentialsOf, waitFor, type StepEnd, type Turn } from './turn'

/** References lead to the wanted login from here on: whoever is released now gets that one. */
export async function write(turn: Turn): Promise<StepEnd> {
  const { engine, rotation, place, part, signal } = turn
  const { wanted, unwanted } = credentialsOf(turn)
  const server = await tellServer(turn, { password: wanted, other: unwanted })
  const door = part.mark ? await openDoor(turn, wanted.login) : null
  if (part.mark && !door) return waitFor(turn, `Waits until ${place.service} runs.`)
  const marked = { ...wanted, mark: door && part.mark ? await part.mark(door, signal).catch(unlessReturning(turn)) : null }
  const [which, key] = rotation.isReturning ? (['former', 'formerSealed'] as const) : (['next', 'nextSealed'] as const)
  const rows = Object.entries(wanted.variables).map(([key, variable]) => ({ id: newId('variable'), key, ...sealPlain(engine.seal, { serviceId: place.serviceId, key }, variable) }))
  const users = usersOf(engine.seal, (await rotations.releasedIn(engine.db, place.environmentId)).filter(({ serviceId }) => serviceId !== place.serviceId), unwanted.login.password)
  const [running, stopped] = [users.filter(({ desired }) => desired === 'running'), users.filter(({ desired }) => desired === 'stopped')]
  return advance(turn, {
    to: 'redeploy',
    event: 'rotation.written',
    data: { redeploys: [...new Set(running.map(({ name }) => name))] },
    also: async (tx) => {
      await server.within(tx)
      await variables.put(tx, place.serviceId, rows, engine.now())
      // They are shown as changed: started as they are, they would come with a password that is refused.
      await configureAll(tx, stopped.map(({ serviceId }) => serviceId))
      // Those who followed before this had to be done again stay on the list.
      const followed = rotation.dependants.filter(({ serviceId, deploymentId }) => deploymentId !== null && !running.some((one) => one.serviceId === serviceId))
      const dependants = [...followed, ...new Map(running.map(({ serviceId, name }) => [serviceId, { serviceId, name, deploymentId: null }])).values()]
      await rotations.change(tx, rotation.id, { dependants, writtenAt: engine.now(), [key]: sealCredential(engine.seal, { id: rotation.id, which }, marked) })
    },
  })
}

/** On the way back, a server that was changed by hand keeps nobody from it: then nobody is cut off at the end. */
function unlessReturning({ rotation }: Turn): (error: Error) => null {
  return (error) => {
    if (rotation.isReturning && error instanceof LoginRefused) return null
    throw error
  }
}
