/** Roles of a member in an organization, strongest first. */
export const ROLES = ['owner', 'admin', 'developer', 'viewer'] as const
export type Role = (typeof ROLES)[number]

export const PERMISSIONS = [
  'organization.read',
  'organization.manage',
  'member.read',
  'member.manage',
  'key.manage',
  'target.read',
  'target.manage',
  'project.read',
  'project.write',
  'project.delete',
  'service.read',
  'service.write',
  'service.delete',
  'domain.write',
  'variable.read',
  'variable.write',
  'variable.reveal',
  'terminal.open',
  'volume.files',
  'data.read',
  'data.write',
  'deployment.read',
  'deployment.create',
  'log.read',
  'event.read',
  'job.read',
  'job.manage',
] as const
export type Permission = (typeof PERMISSIONS)[number]

const READ: Permission[] = ['organization.read', 'target.read', 'member.read', 'project.read', 'service.read', 'variable.read', 'deployment.read', 'log.read', 'event.read']
const DEPLOY: Permission[] = [...READ, 'deployment.create']
const WRITE: Permission[] = [...DEPLOY, 'project.write', 'service.write', 'service.delete', 'domain.write', 'variable.write', 'variable.reveal', 'terminal.open', 'volume.files', 'data.read']
const ADMIN: Permission[] = [...WRITE, 'project.delete', 'member.manage', 'key.manage', 'target.manage', 'data.write', 'job.read', 'job.manage']

const OF_ROLE: Record<Role, ReadonlySet<Permission>> = {
  viewer: new Set(READ),
  developer: new Set(WRITE),
  admin: new Set(ADMIN),
  owner: new Set(PERMISSIONS),
}

/** What a personal API token may do at most; the member's role limits it further. */
export const TOKEN_SCOPES = ['read', 'deploy', 'write', 'admin'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]

const OF_SCOPE: Record<TokenScope, ReadonlySet<Permission>> = {
  read: new Set(READ),
  deploy: new Set(DEPLOY),
  write: new Set(WRITE),
  admin: new Set(PERMISSIONS),
}

/** Whether a role, narrowed by a token's scope when there is one, holds a permission. */
export function roleHolds(role: Role, permission: Permission, scope: TokenScope | null = null): boolean {
  return OF_ROLE[role].has(permission) && (scope === null || OF_SCOPE[scope].has(permission))
}

/** Whether someone of role `actor` may give or take role `role`: nobody handles a role above their own. */
export function mayAssign(actor: Role, role: Role): boolean {
  return ROLES.indexOf(actor) <= ROLES.indexOf(role)
}
