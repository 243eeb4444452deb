import { z } from 'zod'

import { AppError } from '../../../errors'
import type { RegistryAuth } from '../../docker/connection'
import { authHeader } from '../../docker/auth-header'
import { saidOf } from '../../docker/engine-error'
import { readJsonLines } from '../../docker/json-lines'
import type { Room } from './room'

// An image that somebody removed from the engine is fetched again where a registry has it.

const PULL_TIMEOUT_MS = 15 * 60_000
const Progress = z.object({ error: z.string().optional() })

/** The engine has lost an image that no registry has: only a new build makes it again. `detail.reason` says so to programs. */
export function missingImage(image: string): AppError {
  return new AppError('not_found', 'The image of this deployment is no longer on the Docker engine. Deploy again to make it anew.', { detail: { reason: 'artifact_missing', image } })
}

export async function fetchImage({ api }: Room, { image, auth }: { image: string; auth: RegistryAuth | null }, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PULL_TIMEOUT_MS)])
  try {
    const body = await api.stream({ method: 'POST', path: '/images/create', query: { fromImage: image }, headers: authHeader(auth), signal: limit })
    for await (const { error } of readJsonLines(body, Progress)) if (error !== undefined) throw refused(image, error)
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof AppError && cause.detail.reason === 'artifact_missing') throw cause
    throw refused(image, saidOf(cause) || (cause instanceof Error ? cause.message : ''), cause)
  }
}

function refused(image: string, said: string, cause?: unknown): AppError {
  return new AppError('not_found', `The image ${image} is no longer on the Docker engine and could not be fetched again: ${said.slice(0, 300) || 'the registry does not answer'}. Check the registry and its credentials, or deploy again.`, {
    detail: { reason: 'artifact_missing', image },
    cause,
  })
}
