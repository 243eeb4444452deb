import type { MemberView } from '../../contract/organization'
import type { Role } from '../../domain/permission'

export function memberView(row: { id: string; name: string; email: string; role: Role; joinedAt: Date }): MemberView {
  return { user: { id: row.id, name: row.name, email: row.email }, role: row.role, joinedAt: row.joinedAt.toISOString() }
}
