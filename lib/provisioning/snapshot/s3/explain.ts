import { AppError, isAppError, type ErrorCode } from '../../../errors'
import type { S3Place } from './room'

type Where = Pick<S3Place, 'endpoint' | 'region' | 'bucket' | 'accessKeyId'>
type Sentence = (where: Where & { host: string }, found: Found) => string

/** What is looked at of an error of the client. */
type Found = { name: string; status: number | null; code: string; region: string | null }

/** Answers of stores, by their codes. */
const ANSWERS: Record<string, Sentence> = {
  InvalidAccessKeyId: ({ host, accessKeyId }) => `${host} does not know the access key id ${accessKeyId}. Correct it, or make a new key there.`,
  SignatureDoesNotMatch: ({ host, accessKeyId }) => `${host} refused the signature: the secret does not belong to the access key id ${accessKeyId}, or the region is wrong. Give the secret again.`,
  AccessDenied: ({ host, bucket }) => `${host} refused it: the key may not do this in the bucket ${bucket}, or it is not valid. It needs to read, write, list and delete objects and to abort multipart uploads.`,
  NoSuchBucket: ({ host, bucket }) => `There is no bucket ${bucket} at ${host}. Create it there, or correct its name.`,
  InvalidBucketName: ({ bucket }) => `${bucket} is not the name of a bucket. Correct it.`,
  RequestTimeTooSkewed: ({ host }) => `The clocks of ${host} and of the machine that runs Easel differ by more than it allows. Set the clock that is wrong.`,
  PermanentRedirect: ({ bucket }, { region }) => `The bucket ${bucket} is somewhere else${region ? `, in the region ${region}` : ''}. Correct the endpoint and the region.`,
  AuthorizationHeaderMalformed: ({ host, region }, found) => `${host} does not take the region ${region}${found.region ? `; it is ${found.region}` : ''}. Correct the region.`,
  QuotaExceeded: ({ host }) => `There is no space left for this bucket at ${host}. Delete some snapshots, or raise its quota.`,
  SlowDown: ({ host }) => `${host} has too much to do. Try it again later.`,
  NotImplemented: ({ host }) => `${host} cannot do what is needed: multipart uploads, and lists of them. Use a store that can.`,
}
const SAME_AS: Record<string, string> = {
  RequestExpired: 'RequestTimeTooSkewed',
  AllAccessDisabled: 'AccessDenied',
  Forbidden: 'AccessDenied',
  AccountProblem: 'AccessDenied',
  InvalidToken: 'InvalidAccessKeyId',
  TemporaryRedirect: 'PermanentRedirect',
  InsufficientStorage: 'QuotaExceeded',
  XMinioStorageFull: 'QuotaExceeded',
  EntityTooLarge: 'QuotaExceeded',
  Throttling: 'SlowDown',
  ServiceUnavailable: 'SlowDown',
  MethodNotAllowed: 'NotImplemented',
}
const BY_STATUS: Record<number, string> = { 301: 'PermanentRedirect', 307: 'PermanentRedirect', 403: 'AccessDenied', 405: 'NotImplemented', 429: 'SlowDown', 501: 'NotImplemented', 503: 'SlowDown', 507: 'QuotaExceeded' }

/** What went wrong on the way there, by the codes of Node. */
const WAYS: readonly [RegExp, Sentence][] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, ({ host }) => `There is no address for ${host}. Correct the endpoint, or look at the name servers of the machine that runs Easel.`],
  [/^ECONNREFUSED$/, ({ host }) => `Nothing answers at ${host}. Correct the endpoint, or start the store.`],
  [/^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError)$/, ({ host }) => `${host} does not answer. Correct the endpoint, or look at the network between it and Easel.`],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, ({ host }) => `The TLS certificate of ${host} is not valid at this time: it has expired, or a clock is wrong. Renew it, or set the clock.`],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, ({ host }) => `The TLS certificate of ${host} is for another name. Correct the endpoint, or try the bucket in the path.`],
  [/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_UNTRUSTED|CERT_SIGNATURE/, ({ host }) => `The TLS certificate of ${host} is not signed by anyone whom the machine that runs Easel trusts. Use one that is, or set NODE_EXTRA_CA_CERTS for Easel.`],
  [/^(EPROTO|ERR_SSL_.*)$/, ({ host }) => `${host} does not speak TLS as Easel does. If it has none, begin the endpoint with http://.`],
  [/^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE|ECONNABORTED)$/, ({ host }) => `${host} cut the connection. Try it again; if it stays so, look whether the endpoint should begin with https://.`],
]

/** An error of the client as a sentence. What it carries besides is left behind: it holds parts of requests. */
export function explain(error: unknown, where: Where): AppError {
  if (isAppError(error)) return error
  const found = look(error)
  const known = { ...where, host: new URL(where.endpoint).host }
  const cause = new Error(`${found.name}${found.status === null ? '' : ` (status ${found.status})`} ${found.code}`.trim())
  if (found.name === 'NoSuchKey' || found.name === 'NotFound') return new AppError('not_found', `The object of this snapshot is not in the bucket ${where.bucket} any more. Somebody may have removed it there.`, { cause })
  const way = WAYS.find(([pattern]) => pattern.test(found.code) || pattern.test(found.name))?.[1]
  const answer = ANSWERS[SAME_AS[found.name] ?? found.name] ?? way ?? ANSWERS[BY_STATUS[found.status ?? 0] ?? '']
  return new AppError(codeFor(found), answer?.(known, found) ?? otherwise(known.host, found), { cause })
}

function codeFor({ name }: Found): ErrorCode {
  return name === 'NoSuchBucket' ? 'not_found' : 'unavailable'
}

function otherwise(host: string, { name, status }: Found): string {
  if (status !== null && status >= 500) return `${host} has a problem of its own (status ${status}). Try it again later.`
  if (status === null || name === 'SyntaxError' || name.startsWith('Unknown')) return `What answers at ${host} is no S3-compatible store${status === null ? '' : ` (status ${status})`}. Correct the endpoint.`
  return `${host} refused it: ${name} (status ${status}).`
}

function look(error: unknown): Found {
  const { name, code, $metadata, Region, $response, cause } = (error ?? {}) as { name?: string; code?: string; $metadata?: { httpStatusCode?: number }; Region?: string; $response?: { headers?: Record<string, string>; statusCode?: number }; cause?: { code?: string } }
  return {
    name: name ?? 'Error',
    code: code ?? cause?.code ?? '',
    status: $metadata?.httpStatusCode ?? $response?.statusCode ?? null,
    region: Region ?? $response?.headers?.['x-amz-bucket-region'] ?? null,
  }
}
