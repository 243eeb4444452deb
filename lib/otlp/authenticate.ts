import type { IncomingHttpHeaders } from 'node:http'

import type { Db } from '../db/connection'
import { senderOf } from '../db/queries/engine/otlp'
import { claimedDeployment, isOtlpToken, openOtlpKey } from '../secrets/otlp-token'
import type { Seal } from '../secrets/seal'
import { Refusal } from './body'

/** The deployment that sends, and whose it is. */
export type Sender = { deploymentId: string; serviceId: string; environmentId: string }

export const TOKEN_HEADER = 'x-easel-otlp-token'

/** How long a service that was deleted, or is listened to no longer, may still be believed. */
const BELIEVED_MS = 5_000
const MOST_KEPT = 2_000

type Known = { at: number; sender: (Sender & { key: string }) | null }

export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Sender>

/** Makes what finds the sender of a request by its token. It throws Refusal (401) for one that is wrong, or of nobody who is listened to. */
export function makeAuthenticate({ db, seal, now = () => performance.now() }: { db: Db; seal: Seal; now?: () => number }): Authenticate {
  const known = new Map<string, Known>()
  const find = async (deploymentId: string): Promise<Known['sender']> => {
    const former = known.get(deploymentId)
    if (former && now() - former.at < BELIEVED_MS) return former.sender
    const row = await senderOf(db, deploymentId)
    const sender = row && { deploymentId, serviceId: row.serviceId, environmentId: row.environmentId, key: openOtlpKey(seal, row.serviceId, row.keySealed) }
    known.delete(deploymentId)
    if (known.size >= MOST_KEPT) known.delete(known.keys().next().value!)
    known.set(deploymentId, { at: now(), sender })
    return sender
  }
  return async (headers) => {
    const token = tokenIn(headers)
    const deploymentId = token === null ? null : claimedDeployment(token)
    const sender = deploymentId === null ? null : await find(deploymentId)
    if (token === null || sender === null || !isOtlpToken(sender.key, token)) throw new Refusal(401, `The header ${TOKEN_HEADER} must hold the token that Easel gave this deployment in OTEL_EXPORTER_OTLP_HEADERS, and the service must receive OpenTelemetry.`)
    return { deploymentId: sender.deploymentId, serviceId: sender.serviceId, environmentId: sender.environmentId }
  }
}

function tokenIn(headers: IncomingHttpHeaders): string | null {
  const given = headers[TOKEN_HEADER]
  if (typeof given === 'string') return given.trim()
  const [, bearer] = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? []
  return bearer ?? null
}
