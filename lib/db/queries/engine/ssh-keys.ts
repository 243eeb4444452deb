import { and, eq } from 'drizzle-orm'

import type { Db } from '../../connection'
import { sshKeys } from '../../schema/account'

/** A key of an organization; null when it has been deleted. */
export async function sshKeyOf(db: Db, organizationId: string, id: string): Promise<{ id: string; privateKeySealed: string } | null> {
  const [row] = await db
    .select({ id: sshKeys.id, privateKeySealed: sshKeys.privateKeySealed })
    .from(sshKeys)
    .where(and(eq(sshKeys.id, id), eq(sshKeys.organizationId, organizationId)))
  return row ?? null
}
