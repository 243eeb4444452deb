import type { Reason } from '../domain/service-can'
import { AppError } from '../errors'

/** Refuses with a rule's sentence, when it has one. */
export function demand(reason: Reason): void {
  if (reason !== null) throw new AppError('not_now', reason)
}
