import { newId } from '../ids'
import { AppError, isAppError } from '../errors'

/** Largest body of a REST request, in bytes. */
export const MAX_BODY_BYTES = 1_000_000

/** The caller's own X-Request-Id when it is usable, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id')
  return given !== null && /^[\w.:-]{1,100}$/.test(given) ? given : newId('request')
}

/** Header set by our own server (lib/http/serve.ts) from the socket; a client's own is overwritten there. */
export const CLIENT_IP_HEADER = 'x-easel-client-ip'

/**
 * The JSON object in the body; an empty body is `{}`. Reads at most MAX_BODY_BYTES, whatever Content-Length claims.
 * Throws AppError: 413 when larger, 415 for another content type, 400 for text that is not a JSON object.
 */
export async function readJsonBody(request: Request): Promise<Record<string, unknown>> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const text = await readText(request)
  if (text.trim() === '') return {}
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new AppError('invalid_input', `The body is ${type === '' ? 'of no stated type' : type}; send application/json.`, { status: 415 })
  }
  let value: unknown
  try {
    value = JSON.parse(text, refuseProto)
  } catch (cause) {
    if (isAppError(cause)) throw cause
    throw new AppError('invalid_input', 'The body is not valid JSON.', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new AppError('invalid_input', 'The body must be a JSON object.')
  return value as Record<string, unknown>
}

/** An object made by names would lose this one without a word. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new AppError('invalid_input', 'The body has something named __proto__, which cannot be used as a name. Call it something else.')
  return value
}

async function readText(request: Request): Promise<string> {
  if (!request.body) return ''
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > MAX_BODY_BYTES) {
      await reader.cancel()
      throw tooLarge()
    }
    chunks.push(value)
  }
  return new TextDecoder('utf-8').decode(Buffer.concat(chunks))
}

function tooLarge(): AppError {
  return new AppError('invalid_input', 'The body is larger than 1 MB.', { status: 413 })
}
