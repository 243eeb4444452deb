import { AppError } from '../../errors'
import { fingerprintOf, type Standing } from './load-changes'

/** Refuses what was decided on other changes than there are now. */
export function demandSame(standings: readonly Standing[], fingerprint: string | undefined): void {
  if (fingerprint === undefined || fingerprint === fingerprintOf(standings)) return
  throw new AppError('conflict', 'The changes are not what they were: somebody changed or deployed something meanwhile. Look at them again, then decide.')
}
