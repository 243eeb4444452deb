import { and, eq, isNotNull, isNull } from 'drizzle-orm'

import type { Db } from '../../connection'
import { registries, type SeenRegistry } from '../../schema/account'

export type RegistryRow = typeof registries.$inferSelect

/** A registry of an organization; null when it has been deleted. */
export async function registryOf(db: Db, organizationId: string, id: string): Promise<RegistryRow | null> {
  const [row] = await db.select().from(registries).where(and(eq(registries.id, id), eq(registries.organizationId, organizationId)))
  return row ?? null
}

/** Those whose sign-in has not been tried. */
export function unseen(db: Db): Promise<RegistryRow[]> {
  return db.select().from(registries).where(isNull(registries.seen)).orderBy(registries.id).limit(20)
}

/** All of an organization. */
export function registriesOf(db: Db, organizationId: string): Promise<RegistryRow[]> {
  return db.select().from(registries).where(eq(registries.organizationId, organizationId)).orderBy(registries.id).limit(200)
}

/** The one that keeps the images it builds; null when none does. */
export async function keeperOf(db: Db, organizationId: string): Promise<RegistryRow | null> {
  const [row] = await db.select().from(registries).where(and(eq(registries.organizationId, organizationId), isNotNull(registries.keepsBuildsIn)))
  return row ?? null
}

/** Writes what the sign-in said, unless the credentials have changed since. */
export async function see(db: Db, { id, username, passwordSealed }: Pick<RegistryRow, 'id' | 'username' | 'passwordSealed'>, seen: SeenRegistry): Promise<void> {
  await db.update(registries).set({ seen }).where(and(eq(registries.id, id), eq(registries.username, username), eq(registries.passwordSealed, passwordSealed)))
}
