import type { RevisionView } from '../../contract/change'
import type { RevisionRow } from '../../db/queries/revisions'

export function toRevisionView({ number, message, person, createdAt, deployed }: RevisionRow): RevisionView {
  return { number, message, createdBy: person, createdAt: createdAt.toISOString(), deployed }
}
