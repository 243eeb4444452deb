import { ROLES, roleHolds, type Permission, type Role } from '@/lib/domain/permission'

import { ROLE_WORDS } from './role-words'

/** Why someone of this role may not do something, as a sentence for the button; null when they may. */
export function missingPermission(role: Role, permission: Permission): string | null {
  if (roleHolds(role, permission)) return null
  const weakest = ROLES.findLast((candidate) => roleHolds(candidate, permission)) ?? 'owner'
  return `You are ${ROLE_WORDS[role].article}. This takes ${ROLE_WORDS[weakest].article}${weakest === 'owner' ? '' : ' or more'}.`
}
