import { eq, isNull, ne, and } from 'drizzle-orm'

import type { Access, ScopeNoun } from '../contract/entry'
import { roleHolds, type Permission } from '../domain/permission'
import type { Db } from '../db/connection'
import { organizations } from '../db/schema/account'
import { deployments, runs } from '../db/schema/deployment'
import { environments, groups, projects, services } from '../db/schema/desired'
import { domains } from '../db/schema/domain'
import { rotations } from '../db/schema/rotation'
import { restores, snapshots } from '../db/schema/snapshot'
import { volumes } from '../db/schema/volume'
import { AppError, notFound } from '../errors'
import type { Scope } from '../operations/context'
import type { Actor, UserActor } from './actor'

// Every operation on something in an organization goes through here. Who is no member learns nothing: the answer is the
// same as for an id that does not exist.

const NOTHING: Scope = { organizationId: '', projectId: null, environmentId: null, serviceId: null, deploymentId: null }

/** The tenant and the things above an id, in one query; null when it does not exist or is being deleted. */
export async function resolveScope(db: Db, noun: ScopeNoun, id: string): Promise<Scope | null> {
  switch (noun) {
    case 'organization': {
      const [row] = await db.select({ organizationId: organizations.id }).from(organizations).where(eq(organizations.id, id))
      return row ? { ...NOTHING, ...row } : null
    }
    case 'project': {
      const [row] = await db
        .select({ organizationId: projects.organizationId, projectId: projects.id })
        .from(projects)
        .where(and(eq(projects.id, id), isNull(projects.deletedAt)))
      return row ? { ...NOTHING, ...row } : null
    }
    case 'environment': {
      const [row] = await db
        .select({ organizationId: projects.organizationId, projectId: projects.id, environmentId: environments.id })
        .from(environments)
        .innerJoin(projects, eq(projects.id, environments.projectId))
        .where(and(eq(environments.id, id), isNull(environments.deletedAt), isNull(projects.deletedAt)))
      return row ? { ...NOTHING, ...row } : null
    }
    case 'service': {
      const [row] = await db
        .select({ organizationId: projects.organizationId, projectId: projects.id, environmentId: environments.id, serviceId: services.id })
        .from(services)
        .innerJoin(environments, eq(environments.id, services.environmentId))
        .innerJoin(projects, eq(projects.id, environments.projectId))
        .where(and(eq(services.id, id), ne(services.desired, 'deleted'), isNull(environments.deletedAt), isNull(projects.deletedAt)))
      return row ? { ...NOTHING, ...row } : null
    }
    case 'deployment': {
      const [row] = await db.select({ serviceId: deployments.serviceId }).from(deployments).where(eq(deployments.id, id))
      const scope = row ? await resolveScope(db, 'service', row.serviceId) : null
      return scope && { ...scope, deploymentId: id }
    }
    case 'snapshot': {
      const [row] = await db.select({ environmentId: snapshots.environmentId }).from(snapshots).where(and(eq(snapshots.id, id), ne(snapshots.status, 'removing')))
      return row ? resolveScope(db, 'environment', row.environmentId) : null
    }
    case 'restore': {
      const [row] = await db.select({ environmentId: restores.environmentId }).from(restores).where(eq(restores.id, id))
      return row ? resolveScope(db, 'environment', row.environmentId) : null
    }
    case 'volume': {
      const [row] = await db.select({ environmentId: volumes.environmentId }).from(volumes).where(and(eq(volumes.id, id), isNull(volumes.deletedAt)))
      return row ? resolveScope(db, 'environment', row.environmentId) : null
    }
    case 'group': {
      const [row] = await db.select({ environmentId: groups.environmentId }).from(groups).where(eq(groups.id, id))
      return row ? resolveScope(db, 'environment', row.environmentId) : null
    }
    case 'rotation': {
      const [row] = await db.select({ serviceId: rotations.serviceId }).from(rotations).where(eq(rotations.id, id))
      return row ? resolveScope(db, 'service', row.serviceId) : null
    }
    case 'domain': {
      const [row] = await db.select({ serviceId: domains.serviceId }).from(domains).where(eq(domains.id, id))
      return row ? resolveScope(db, 'service', row.serviceId) : null
    }
    case 'run': {
      const [row] = await db.select({ deploymentId: runs.deploymentId }).from(runs).where(eq(runs.id, id))
      return row ? resolveScope(db, 'deployment', row.deploymentId) : null
    }
  }
}

/**
 * Checks an entry's access for this call. Returns the scope it is about; null for public entries and those about oneself.
 * Throws AppError: `unauthenticated`, `not_found` for a stranger, `forbidden` for a member without the permission.
 */
export async function authorise(call: { db: Db; actor: Actor }, access: Access, input: Record<string, unknown>): Promise<Scope | null> {
  if (access.kind === 'public') return null
  const { actor } = call
  if (actor.kind === 'anonymous') throw new AppError('unauthenticated', 'Sign in first, or send an access token in the Authorization header.')
  if (access.kind === 'self') return null
  const id = input[access.field] ?? (access.noun === 'organization' ? ownOrganization(actor) : undefined)
  const scope = typeof id === 'string' ? await resolveScope(call.db, access.noun, id) : null
  const role = scope && actor.memberships.get(scope.organizationId)
  if (!scope || !role) throw notFound(access.noun)
  if (!roleHolds(role, access.permission, actor.scope)) throw refusal(actor, role, access.permission)
  return scope
}

/** The organization that is meant when none is named: the one joined first. */
function ownOrganization(actor: UserActor): string {
  const [first] = actor.memberships.keys()
  if (first === undefined) throw new AppError('forbidden', 'You are not a member of any organization. Ask for an invitation.')
  return first
}

function refusal(actor: UserActor, role: string, permission: Permission): AppError {
  const byRole = actor.scope === null || !roleHolds(role as never, permission)
  const who = byRole ? `Your role here is ${role}` : `This token's scope is ${actor.scope}`
  return new AppError('forbidden', `${who}, which does not include ${permission}. Ask an owner or admin of the organization.`)
}
