import { DeploymentFailure } from '../../domain/failure'

const CODES = new Set(['ENOSPC', 'EDQUOT'])

/** What an error means for the person: a failure as it is, a full disk as one, and null for what only the platform can mend. */
export function failureIn(error: unknown): DeploymentFailure | null {
  if (error instanceof DeploymentFailure) return error
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== undefined && CODES.has(code)) return new DeploymentFailure('disk_full', 'There is no space left on the disk that holds the data of Easel.', { cause: error })
  }
  return null
}
