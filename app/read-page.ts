import 'server-only'

import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import type { z } from 'zod'

import { ORGANIZATION_COOKIE } from '@/components/organization/chosen-organization'
import { THEME_COOKIE, themeOf, type Theme } from '@/components/account/theme'
import { paths } from '@/components/paths'
import type { MeView, OrganizationView } from '@/lib/contract/auth'
import type { Entry } from '@/lib/contract/entry'
import type { Role } from '@/lib/domain/permission'
import { isAppError } from '@/lib/errors'
import { currentCall, currentViewer, readOperation } from '@/lib/http/server'

export type Viewer = z.output<typeof MeView>
export type Membership = { organization: z.output<typeof OrganizationView>; role: Role }

/** The signed-in person. Anyone else is sent to sign in, and comes back to `here` after that. */
export async function requireViewer(here: string): Promise<Viewer> {
  const viewer = await currentViewer()
  if (viewer !== null) return viewer
  redirect(paths.signIn(here))
}

/** The organization the console shows: the one chosen before, or the first. Null for a person without any. */
export async function currentMembership(viewer: Viewer): Promise<Membership | null> {
  const chosen = (await cookies()).get(ORGANIZATION_COOKIE)?.value
  return viewer.memberships.find((membership) => membership.organization.id === chosen) ?? viewer.memberships[0] ?? null
}

/** The theme this browser asked for. */
export async function currentTheme(): Promise<Theme> {
  return themeOf((await cookies()).get(THEME_COOKIE)?.value)
}

/** Reads for a page: what does not exist becomes the not-found page, anything else the error page with its request id. */
export async function readForPage<I extends z.ZodType, O extends z.ZodType>(entry: Entry<I, O>, input: z.input<I>): Promise<z.output<O>> {
  const { requestId } = await currentCall()
  try {
    return await readOperation(entry, input)
  } catch (error) {
    // An id in the address that is no id at all is as absent as one that leads nowhere.
    if (isAppError(error) && (error.code === 'not_found' || error.code === 'invalid_input')) notFound()
    // Next hands `digest` to the error page and hides everything else.
    throw Object.assign(error instanceof Error ? error : new Error('Thrown value is no error.', { cause: error }), { digest: requestId })
  }
}
