import { mayAssign, ROLES, type Role } from '@/lib/domain/permission'

import { ROLE_POWERS } from './role-powers'
import { ROLE_WORDS } from './role-words'

/** The roles as options of a select; those above the actor's own cannot be chosen. */
export function roleOptions(actor: Role): { value: Role; label: string; hint: string; disabled: boolean }[] {
  return ROLES.map((role) => ({
    value: role,
    label: ROLE_WORDS[role].word,
    hint: `${ROLE_POWERS[role][0]!.toUpperCase()}${ROLE_POWERS[role].slice(1)}`,
    disabled: !mayAssign(actor, role),
  }))
}
