import type { Role } from '@/lib/domain/permission'

/** The one table of words for roles. */
export const ROLE_WORDS: Record<Role, { word: string; article: string }> = {
  owner: { word: 'Owner', article: 'an owner' },
  admin: { word: 'Admin', article: 'an admin' },
  developer: { word: 'Developer', article: 'a developer' },
  viewer: { word: 'Viewer', article: 'a viewer' },
}
