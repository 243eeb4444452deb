import { AppError, type ErrorCode } from '../../errors'
import type { DockerConnection } from './connection'

// What went wrong with an engine, as a sentence that says what to do.

/** An engine as a person would name it. */
export function describe(connection: DockerConnection): string {
  if (connection.kind === 'socket') return connection.path
  if (connection.kind === 'tcp') return `${connection.host}:${connection.port}`
  return `${connection.user}@${connection.host}${connection.port === 22 ? '' : `:${connection.port}`}`
}

export type Trouble = { cause: unknown; timedOut: boolean; /** What ssh said. */ complaint: string }

/** The engine could not be reached. */
export function unreachable(connection: DockerConnection, trouble: Trouble): AppError {
  const code = (trouble.cause as NodeJS.ErrnoException | null)?.code ?? ''
  return new AppError('unavailable', sentence(connection, { ...trouble, code }), { cause: trouble.cause, detail: { engine: describe(connection), code, complaint: trouble.complaint } })
}

function sentence(connection: DockerConnection, trouble: Trouble & { code: string }): string {
  const where = describe(connection)
  if (trouble.timedOut) return `The Docker engine at ${where} does not answer. Look at that machine, and start Docker again if it hangs.`
  if (connection.kind === 'ssh') return sshSentence(where, trouble)
  const { code } = trouble
  if (connection.kind === 'socket') {
    if (code === 'EACCES' || code === 'EPERM') return `The user that runs Easel may not use the Docker socket ${where}. Add that user to the group "docker", then start Easel again.`
    if (code === 'ENOENT') return `There is no Docker socket at ${where}. Install Docker or start it, or set the path of its socket.`
    if (code === 'ECONNREFUSED') return `Nothing listens on the Docker socket ${where}. Start Docker.`
    return `The connection to the Docker engine at ${where} broke off. It is tried again; if that goes on, look whether Docker runs.`
  }
  if (code === 'ECONNREFUSED') return `Nothing listens at ${where}. Let the Docker engine there listen on that port, and start it.`
  if (['ENOTFOUND', 'EAI_AGAIN'].includes(code)) return `The name in ${where} leads nowhere. Check the address of the Docker engine.`
  if (['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'].includes(code)) return `The machine at ${where} cannot be reached. Check its address and the firewalls on the way.`
  return tlsSentence(where, trouble) ?? `The connection to the Docker engine at ${where} broke off. It is tried again; if that goes on, look whether Docker runs there.`
}

function tlsSentence(where: string, { code, cause }: { code: string; cause: unknown }): string | null {
  const text = cause instanceof Error ? cause.message : ''
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate of the Docker engine at ${where} is for another name. Use a name that it is for, or give that machine a certificate for this one.`
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of the Docker engine at ${where} has expired. Give that machine a new one.`
  if (/SELF_SIGNED|UNABLE_TO|CERT_SIGNATURE|CERT_UNTRUSTED/.test(code)) return `The certificate of the Docker engine at ${where} is not from the authority that was given. Check the CA certificate.`
  if (/alert/i.test(`${code} ${text}`)) return `The Docker engine at ${where} refused our certificate. Use one that its authority has signed.`
  if (/^ERR_(SSL|OSSL|TLS|CRYPTO)|^EPROTO/.test(code)) return `TLS with the Docker engine at ${where} failed. Check that it listens with TLS there, and the certificates and the key that were given.`
  return null
}

function sshSentence(where: string, { complaint, cause }: Trouble): string {
  if (cause instanceof Error && cause.name === 'CommandNotFound') return 'The program ssh is missing on the machine that runs Easel. Install an SSH client.'
  if (/host key verification failed|no .* host key is known|identification has changed/i.test(complaint)) return `The host key of ${where} is not the expected one. Check whom you are connected to, then correct the host key.`
  if (/permission denied .*(docker|dial unix)|dial unix .*permission denied/i.test(complaint)) return `The user of ${where} may not use Docker there. Add that user to the group "docker" on that machine.`
  if (/permission denied/i.test(complaint)) return `${where} refused the SSH key. Add its public half to the authorized keys of that user.`
  if (/invalid format|error in libcrypto/i.test(complaint)) return 'The SSH key cannot be read. Use a private key without a passphrase, whole, with its first and last line.'
  if (/not found|no such file/i.test(complaint)) return `Docker is not installed on ${where}, or not found by that user. Install Docker there.`
  if (/cannot connect to the docker daemon/i.test(complaint)) return `The Docker engine on ${where} does not run. Start Docker there.`
  if (/could not resolve/i.test(complaint)) return `The name in ${where} leads nowhere. Check the address.`
  return `${where} cannot be reached over SSH. Check its address, and that it accepts SSH connections from here.`
}

const CODES: Record<number, ErrorCode> = { 400: 'invalid_input', 401: 'forbidden', 403: 'forbidden', 404: 'not_found', 409: 'conflict' }

/** The engine refused a request. `detail.status` is its status, `detail.said` what it said. */
export function refusalOf(request: { method: string; path: string }, status: number, text: string): AppError {
  const said = messageOf(text)
  const detail = { status, said, method: request.method, path: request.path }
  if (/no space left on device|disk quota exceeded/i.test(said)) {
    return new AppError('unavailable', 'There is no space left on the disk of the Docker engine. Free some there: remove images and build cache that nothing uses.', { detail })
  }
  if (/HTTP request to an HTTPS server/i.test(said)) return new AppError('unavailable', 'The Docker engine wants TLS on that port. Give its certificates.', { detail })
  return new AppError(CODES[status] ?? 'unavailable', `The Docker engine refused: ${said.endsWith('.') ? said : `${said}.`}`, { detail })
}

/** The status with which the engine refused; null for any other error. */
export function statusOf(error: unknown): number | null {
  const status = error instanceof AppError ? error.detail.status : null
  return typeof status === 'number' ? status : null
}

/** What the engine said when it refused; empty for any other error. */
export function saidOf(error: unknown): string {
  const said = error instanceof AppError ? error.detail.said : null
  return typeof said === 'string' ? said : ''
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    if (typeof message === 'string') return message
  } catch {
    // Not JSON: whoever answered, these were the words.
  }
  return text.trim().slice(0, 500) || 'no reason was given'
}
