import type { Role } from '@/lib/domain/permission'

/** What members of each role may do, for the end of a sentence. Apart from what roles are called, which every canvas begins with. */
export const ROLE_POWERS: Record<Role, string> = {
  owner: 'may do everything, and decides over the organization.',
  admin: 'may also delete projects and manage members and keys.',
  developer: 'may draw, change and deploy services.',
  viewer: 'may look at everything and change nothing.',
}
