import 'server-only'

import { redirect } from 'next/navigation'

import { paths } from '@/components/paths'

import { currentMembership, requireViewer, type Membership, type Viewer } from './read-page'

/** The viewer and the organization shown. Without any organization, the projects page says what to do. */
export async function requireMembership(here: string): Promise<Membership & { viewer: Viewer }> {
  const viewer = await requireViewer(here)
  const membership = await currentMembership(viewer)
  if (membership === null) redirect(paths.projects())
  return { ...membership, viewer }
}
