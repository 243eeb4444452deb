import type { Role } from '@/lib/domain/permission'

/** The one table of words for roles. */
export const ROLE_WORDS: Record<Role, { word: string; article: string; may: string }> = {
  owner: { word: 'Owner', article: 'an owner', may: 'may do everything, and decides over the organization.' },
  admin: { word: 'Admin', article: 'an admin', may: 'may also delete projects and manage members and keys.' },
  developer: { word: 'Developer', article: 'a developer', may: 'may draw, change and deploy services.' },
  viewer: { word: 'Viewer', article: 'a viewer', may: 'may look at everything and change nothing.' },
}
