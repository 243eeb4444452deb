import * as rotations from '../../db/queries/rotations'
import { lock } from '../../db/queries/services'
import * as variables from '../../db/queries/variables'
import { DEFAULT_ALPHABET } from '../../domain/expression'
import { generate } from '../../domain/generate'
import { openEnvironment } from '../../secrets/sealed-environment'
import { sealCredential, type Credential, type Login } from '../../secrets/sealed-rotation'
import { openVariables, type PlainVariables } from '../../secrets/sealed-variables'
import { servingOf } from './serving'
import { advance, doorOf, RotationFailure, waitFor, type StepEnd, type Turn } from './turn'

const LENGTH = 32

/** Makes another login and writes it down, before anybody else hears of it. */
export async function make(turn: Turn): Promise<StepEnd> {
  const { engine, rotation, place, facts, part, signal } = turn
  const serving = await servingOf(turn)
  const given = openEnvironment(engine.seal, serving.id, serving.environmentSealed!).variables
  const login = loginIn(turn, given)
  const door = await doorOf(turn, { deploymentId: serving.id, login, database: facts.login.database && (given[facts.login.database] ?? null) })
  if (!door) return waitFor(turn, `Waits until ${place.service} runs.`)
  const next: Login = { user: await part.nextUser(door, signal), password: generate({ length: LENGTH, alphabet: DEFAULT_ALPHABET }) }
  return advance(turn, {
    to: 'admit',
    also: async (tx) => {
      await lock(tx, place.serviceId)
      const present = openVariables(engine.seal, await variables.ofService(tx, place.serviceId))
      const former = credential(turn, login, present)
      const seal = (which: 'former' | 'next', one: Credential) => sealCredential(engine.seal, { id: rotation.id, which }, one)
      await rotations.change(tx, rotation.id, { formerSealed: seal('former', former), nextSealed: seal('next', { login: next, variables: saying(turn, next, former.variables) }) })
    },
  })
}

/** Who its serving version says that connects. */
function loginIn({ facts: { login } }: Turn, given: Readonly<Record<string, string>>): Login {
  const missing = [login.user, login.password].find((key) => key !== null && !given[key])
  if (missing) throw new RotationFailure(`The database runs without its variable ${missing}, so nobody can be replaced. Set it again, deploy the database, then try again.`)
  return { user: login.user === null ? null : given[login.user]!, password: given[login.password]! }
}

function credential({ facts: { login } }: Turn, is: Login, present: PlainVariables): Credential {
  const keys = [login.user, login.password].filter((key) => key !== null)
  const missing = keys.find((key) => !Object.hasOwn(present, key))
  if (missing) throw new RotationFailure(`The variable ${missing} of the database is gone, so references could not lead to another one. Set it again, then try again.`)
  return { login: is, variables: Object.fromEntries(keys.map((key) => [key, present[key]!])) }
}

/** The same variables with another login in them, as plain text in place of references and generators. */
function saying({ facts: { login } }: Turn, next: Login, former: PlainVariables): PlainVariables {
  const said: PlainVariables = {}
  for (const [key, { generated: _, ...variable }] of Object.entries(former)) said[key] = { ...variable, value: key === login.password ? next.password : next.user!, secret: variable.secret || key === login.password }
  return said
}
