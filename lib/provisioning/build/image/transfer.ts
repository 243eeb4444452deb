import { z } from 'zod'

import { DeploymentFailure } from '../../../domain/failure'
import { isAppError } from '../../../errors'
import { authHeader } from '../../docker/auth-header'
import type { RegistryAuth } from '../../docker/connection'
import type { EngineApi } from '../../docker/engine-api'
import { saidOf } from '../../docker/engine-error'
import { readJsonLines } from '../../docker/json-lines'
import { parseReference } from '../../../domain/image-reference'

// Fetching images from registries and sending them there. The engine does it, and says how far it is in lines of JSON; an
// error comes as the status of its answer or, once it has begun, as a line.

const PULL_MS = 60_000
const Line = z.object({ status: z.string().optional(), id: z.string().optional(), error: z.string().optional(), aux: z.object({ Digest: z.string().optional() }).nullish() })

type Transfer = { reference: string; auth: RegistryAuth | null }

export async function pullImage(api: EngineApi, { reference, auth, onLine }: Transfer & { onLine: (stream: 'platform', text: string) => void }, signal: AbortSignal): Promise<void> {
  const { tag, digest } = parseReference(reference)
  const query: Record<string, string> = digest === null && tag === null ? { fromImage: reference, tag: 'latest' } : { fromImage: reference }
  await follow(api, { path: '/images/create', query, reference, auth, onStatus: (text) => onLine('platform', text) }, signal)
}

const Distribution = z.object({ Descriptor: z.object({ digest: z.string() }) })

/** What a reference leads to now, by digest. The engine asks the registry, because only the engine need reach it. */
export async function resolveImage(api: EngineApi, { reference, auth }: Transfer, signal: AbortSignal): Promise<string> {
  const { tag, digest } = parseReference(reference)
  const name = nameOf(reference)
  if (digest !== null) return `${name}@${digest}`
  try {
    const { Descriptor } = await api.json({ method: 'GET', path: `/distribution/${name}:${tag ?? 'latest'}/json`, headers: authHeader(auth), timeoutMs: PULL_MS, signal }, Distribution)
    return `${name}@${Descriptor.digest}`
  } catch (error) {
    signal.throwIfAborted()
    const said = isAppError(error) ? saidOf(error) : ''
    if (said !== '') throw refused(reference, said, false)
    throw error
  }
}

/** Without tag and digest. */
function nameOf(reference: string): string {
  const named = reference.split('@')[0]!
  const { tag } = parseReference(reference)
  return tag === null ? named : named.slice(0, -tag.length - 1)
}

/** Answers the digest under which the registry keeps it, `sha256:…`. */
export async function pushImage(api: EngineApi, { reference, auth }: Transfer, signal: AbortSignal): Promise<string> {
  const { tag } = parseReference(reference)
  const digest = await follow(api, { path: `/images/${nameOf(reference)}/push`, query: { tag: tag ?? 'latest' }, reference, auth, onStatus: () => undefined }, signal)
  if (digest === null) throw new DeploymentFailure('image_push_failed', `The registry took ${reference}, but did not say what it keeps it as. Deploy again.`)
  return digest
}

type Followed = Transfer & { path: string; query: Record<string, string>; onStatus: (text: string) => void }

async function follow(api: EngineApi, { path, query, reference, auth, onStatus }: Followed, signal: AbortSignal): Promise<string | null> {
  const isPush = path.endsWith('/push')
  let digest: string | null = null
  try {
    const body = await api.stream({ method: 'POST', path, query, headers: authHeader(auth), timeoutMs: PULL_MS, signal })
    for await (const line of readJsonLines(body, Line)) {
      if (line.error !== undefined) throw refused(reference, line.error, isPush)
      digest = line.aux?.Digest ?? digest
      if (line.status !== undefined && (line.id === undefined || /complete|already exists/i.test(line.status))) onStatus([line.id, line.status].filter(Boolean).join(': '))
    }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof DeploymentFailure) throw error
    const said = isAppError(error) ? saidOf(error) : ''
    if (said !== '') throw refused(reference, said, isPush)
    throw error
  }
  return digest
}

const REFUSED = /denied|unauthorized|authorization|authentication required|no basic auth|forbidden/i
const UNREACHABLE = /dial tcp|no such host|timeout|TLS handshake|connection refused|connection reset|server misbehaving|EOF/i

/** What the engine said when a registry would not, as a failure that says what to do. */
function refused(reference: string, said: string, isPush: boolean): DeploymentFailure {
  const { registry } = parseReference(reference)
  const words = `${said.slice(0, 300).replace(/[.\s]+$/, '')}.`
  if (/no space left on device/i.test(said)) return new DeploymentFailure('disk_full', `There is no space left on the disk of the Docker engine: ${words}`)
  if (/HTTP response to HTTPS client/i.test(said)) return new DeploymentFailure('image_not_found', `The registry ${registry} does not speak TLS, and the Docker engine demands it. Give the registry a certificate, or add it to insecure-registries of the engine.`)
  if (UNREACHABLE.test(said)) return new DeploymentFailure(isPush ? 'image_push_failed' : 'image_not_found', `The registry ${registry} cannot be reached by the Docker engine: ${words}`)
  if (REFUSED.test(said)) return new DeploymentFailure('image_auth', `The registry ${registry} refused ${isPush ? 'to take' : 'to give'} ${reference}: ${words}`)
  return new DeploymentFailure(isPush ? 'image_push_failed' : 'image_not_found', `${isPush ? `${reference} could not be sent to the registry` : `There is no image ${reference}`}: ${words}`)
}
