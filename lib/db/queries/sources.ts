import { and, eq } from 'drizzle-orm'

import type { Db } from '../connection'
import { registries, sshKeys } from '../schema/account'

/** Whether an organization holds this SSH key. */
export async function hasSshKey(db: Db, organizationId: string, id: string): Promise<boolean> {
  const rows = await db.select({ id: sshKeys.id }).from(sshKeys).where(and(eq(sshKeys.id, id), eq(sshKeys.organizationId, organizationId)))
  return rows.length > 0
}

/** Whether an organization holds the credentials of this registry. */
export async function hasRegistry(db: Db, organizationId: string, id: string): Promise<boolean> {
  const rows = await db.select({ id: registries.id }).from(registries).where(and(eq(registries.id, id), eq(registries.organizationId, organizationId)))
  return rows.length > 0
}
