import { and, count, eq, isNotNull, isNull, or, sql } from 'drizzle-orm'

import { BUILT_IN_TARGETS, type SeenTarget } from '../../../domain/target'
import type { Db } from '../../connection'
import { organizations } from '../../schema/account'
import { environments } from '../../schema/desired'
import { defaultTargets, targets } from '../../schema/target'

export type TargetRow = typeof targets.$inferSelect

/** Targets are few; a loop over them is bounded by this. */
const MAX_TARGETS = 1_000

export function allTargets(db: Db): Promise<TargetRow[]> {
  return db.select().from(targets).orderBy(targets.id).limit(MAX_TARGETS)
}

export async function targetById(db: Db, id: string): Promise<TargetRow | null> {
  const [row] = await db.select().from(targets).where(eq(targets.id, id))
  return row ?? null
}

/** The target an environment is on, also while it is being deleted; null when the environment is gone. */
export async function targetOfEnvironment(db: Db, environmentId: string): Promise<TargetRow | null> {
  const [row] = await db.select({ target: targets }).from(environments).innerJoin(targets, eq(targets.id, environments.targetId)).where(eq(environments.id, environmentId))
  return row?.target ?? null
}

/** Those somebody wants looked at now, and those not looked at since `before`. */
export async function targetsToCheck(db: Db, before: Date): Promise<TargetRow[]> {
  const isOld = sql`(${targets.seen} ->> 'at')::timestamptz < ${before.toISOString()}::timestamptz`
  return db.select().from(targets).where(or(isNotNull(targets.checkAskedAt), isNull(targets.seen), isOld)).orderBy(targets.id).limit(MAX_TARGETS)
}

/** Writes what was found. A wish that came while it was looked at stays. Answers whether anything but the time has changed. */
export async function recordSeen(tx: Db, { id, seen: before }: Pick<TargetRow, 'id' | 'seen'>, seen: SeenTarget, begun: Date): Promise<boolean> {
  await tx
    .update(targets)
    .set({ seen, checkAskedAt: sql`case when ${targets.checkAskedAt} > ${begun.toISOString()}::timestamptz then ${targets.checkAskedAt} end` })
    .where(eq(targets.id, id))
  return before?.ok !== seen.ok || before.message !== seen.message || before.engineVersion !== seen.engineVersion
}

/** The engine of this machine is a target from now on, reached like this. */
export async function offerDocker(db: Db, row: { name: string; connectionSealed: string }): Promise<void> {
  await db
    .insert(targets)
    .values({ id: BUILT_IN_TARGETS.docker, kind: 'docker', ...row })
    .onConflictDoUpdate({ target: targets.id, set: { connectionSealed: row.connectionSealed, checkAskedAt: sql`now()` } })
}

/** How many environments are on a target, those that are being deleted included. */
export async function usesOf(db: Db, targetId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(environments).where(eq(environments.targetId, targetId))
  return row!.n
}

/** Environments whose canvas shows how their target is. */
export async function environmentsOn(db: Db, targetId: string): Promise<string[]> {
  const rows = await db.select({ id: environments.id }).from(environments).where(and(eq(environments.targetId, targetId), isNull(environments.deletedAt))).limit(MAX_TARGETS)
  return rows.map((row) => row.id)
}

/** What new projects begin on, by the name of their organization; where none has chosen, the list is empty. */
export async function chosenDefaults(db: Db): Promise<{ organization: string; target: string }[]> {
  return db
    .select({ organization: organizations.name, target: targets.name })
    .from(defaultTargets)
    .innerJoin(targets, eq(targets.id, defaultTargets.targetId))
    .innerJoin(organizations, eq(organizations.id, defaultTargets.organizationId))
    .orderBy(organizations.id)
    .limit(20)
}
