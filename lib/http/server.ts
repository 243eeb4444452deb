import 'server-only'

import { headers } from 'next/headers'
import { cache } from 'react'
import type { z } from 'zod'

import { authMe, type MeView } from '../contract/auth'
import type { Entry } from '../contract/entry'
import { executeEntry, type Call } from '../operations/execute'
import { sessionActor } from './authenticate'
import { platform } from './platform'
import { CLIENT_IP_HEADER, requestIdOf } from './request'

/** Who looks at this page and from where; once per request. */
export const currentCall = cache(async (): Promise<Call> => {
  const given = await headers()
  return { actor: await sessionActor(platform()), requestId: requestIdOf(given), ip: given.get(CLIENT_IP_HEADER) }
})

/** Runs a query for a server component, as the person who looks at the page. Throws AppError. */
export async function readOperation<I extends z.ZodType, O extends z.ZodType>(entry: Entry<I, O>, input: z.input<I>): Promise<z.output<O>> {
  return executeEntry(platform(), entry, input, await currentCall())
}

/** The signed-in person with their organizations and roles, or null. */
export const currentViewer = cache(async (): Promise<z.output<typeof MeView> | null> => {
  const call = await currentCall()
  return call.actor.kind === 'anonymous' ? null : executeEntry(platform(), authMe, {}, call)
})
