import type { z } from 'zod'

import type { Actor } from '../auth/actor'
import { authenticateBearer } from '../auth/authenticate'
import { authRegister, type SignedInView } from '../contract/auth'
import type { Entry } from '../contract/entry'
import { invitationCreate } from '../contract/organization'
import type { Database } from '../db/connection'
import type { Role } from '../domain/permission'
import type { Platform } from '../operations/context'
import { executeEntry } from '../operations/execute'
import { DEMO_OWNER, DEMO_PASSWORD, type Person } from './sign-in'

/** What a demo is drawn with: the operations, as somebody, and the database for what only time would bring. */
export type Ground = {
  platform: Platform
  database: Database
  now: Date
  organizationId: string
  call<I extends z.ZodType, O extends z.ZodType>(entry: Entry<I, O>, input: z.input<I>, by?: Actor): Promise<z.output<O>>
  join(person: Person, role: Role): Promise<Actor>
}
/** An organization with its owner, and a way to act in it, on a platform that has nobody yet. */
export async function openGround(platform: Platform, database: Database): Promise<Ground> {
  const run = <I extends z.ZodType, O extends z.ZodType>(entry: Entry<I, O>, input: z.input<I>, actor: Actor) => executeEntry(platform, entry, input, { actor, requestId: 'req_demo', ip: null })
  const register = async (person: Person, invitation?: string): Promise<Actor> => {
    const signedIn = await run(authRegister, { ...person, password: DEMO_PASSWORD, ...(invitation === undefined ? {} : { invitation }) }, { kind: 'anonymous' })
    return authenticateBearer(platform, `Bearer ${(signedIn as z.infer<typeof SignedInView>).accessToken}`)
  }
  const owner = await register(DEMO_OWNER)
  const organizationId = owner.kind === 'user' ? [...owner.memberships.keys()][0]! : ''
  return {
    platform,
    database,
    now: new Date(),
    organizationId,
    call: (entry, input, by = owner) => run(entry, input, by),
    async join(person, role) {
      const { token } = await run(invitationCreate, { organizationId, email: person.email, role }, owner)
      return register(person, token)
    },
  }
}

/** So many seconds before now. */
export function ago(ground: Pick<Ground, 'now'>, seconds: number): Date {
  return new Date(ground.now.getTime() - seconds * 1000)
}

/** A moment that is still fresh when somebody looks tomorrow: of what a demo shows as seen just now. */
export function toCome({ now }: Pick<Ground, 'now'>): Date {
  return new Date(now.getTime() + 86_400_000)
}
