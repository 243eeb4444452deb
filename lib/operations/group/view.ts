import type { GroupView } from '../../contract/group'
import type { GroupRow } from '../../db/queries/groups'

export function toGroupView({ id, name, x, y, width, height }: GroupRow): GroupView {
  return { kind: 'group', id, name, x, y, width, height }
}
