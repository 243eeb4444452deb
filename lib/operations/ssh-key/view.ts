import type { SshKeyView } from '../../contract/organization'
import type { sshKeys } from '../../db/schema/account'

export function sshKeyView(row: typeof sshKeys.$inferSelect): SshKeyView {
  return { id: row.id, name: row.name, publicKey: row.publicKey, fingerprint: row.fingerprint, createdAt: row.createdAt.toISOString() }
}
