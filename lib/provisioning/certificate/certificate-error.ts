import { clockFailure, failureOfProblem, type AcmeProblem, type CertificateFailure } from '../../domain/certificate/problem'

/** What an authority answered instead of what it was asked for. */
export class ProblemError extends Error {
  constructor(readonly problem: AcmeProblem) {
    super(`The certificate authority answered ${problem.status}: ${problem.detail || problem.type || 'nothing else'}`)
    this.name = 'ProblemError'
  }
}

/** An attempt that ends without a certificate, with its reason. */
export class CertificateError extends Error {
  constructor(readonly failure: CertificateFailure, options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'CertificateError'
  }
}

/** Ends the attempt for a reason. */
export function giveUp(reason: CertificateFailure['reason'], message: string, cause?: unknown): never {
  throw new CertificateError({ reason, message, retryAfterS: null }, cause === undefined ? undefined : { cause })
}

/** The attempt cannot end well with such a clock. */
export function refuseWrongClock(aheadMs: number): void {
  const failure = clockFailure(aheadMs)
  if (failure) throw new CertificateError(failure)
}

const WAYS: Record<string, string> = {
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'closed the connection',
  ENOTFOUND: 'has a name that is not known here; check the name server of this machine',
  EAI_AGAIN: 'has a name that could not be looked up; check the name server of this machine',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'does not answer',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired; check the clock of this machine',
  CERT_NOT_YET_VALID: 'shows a certificate that is not valid yet; check the clock of this machine',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that this machine does not trust; name its authority in EASEL_ACME_CA_FILE',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that this machine does not trust; name its authority in EASEL_ACME_CA_FILE',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate that this machine does not trust; name its authority in EASEL_ACME_CA_FILE',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'shows a certificate that this machine does not trust; name its authority in EASEL_ACME_CA_FILE',
}

/** What an error of an attempt means; null for one that is not about the authority or the host name, and should be thrown on. */
export function failureOf(error: unknown, { host, directory }: { host: string; directory: string }): CertificateFailure | null {
  if (error instanceof CertificateError) return error.failure
  if (error instanceof ProblemError) return failureOfProblem(error.problem, { host, during: 'asking' })
  const code = (error as { code?: unknown }).code
  const way = typeof code === 'string' ? WAYS[code] : undefined
  const name = (error as { name?: unknown }).name
  const said = way ?? (name === 'TimeoutError' ? 'does not answer' : undefined)
  if (said === undefined) return null
  return { reason: 'authority_down', message: `The certificate authority ${new URL(directory).host} ${said}. It is asked again later.`, retryAfterS: null }
}
