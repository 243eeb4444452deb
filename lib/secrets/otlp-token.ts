import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

import type { Seal } from './seal'

// A token says which deployment sends, and is derived from a key of the service: nothing is kept for each deployment, and nobody who has one can
// make another.

const TOKEN = /^(dep_[A-Za-z0-9]{1,64})\.([A-Za-z0-9_-]{43})$/

/** A fresh key of a service, sealed. */
export function sealOtlpKey(seal: Seal, serviceId: string): string {
  return seal.seal(randomBytes(32).toString('hex'), `otlp-key:${serviceId}`)
}

export function openOtlpKey(seal: Seal, serviceId: string, sealed: string): string {
  return seal.open(sealed, `otlp-key:${serviceId}`)
}

export function otlpToken(key: string, deploymentId: string): string {
  return `${deploymentId}.${proofOf(key, deploymentId).toString('base64url')}`
}

/** The deployment that a token claims to be of; null for what is no token. */
export function claimedDeployment(token: string): string | null {
  return TOKEN.exec(token)?.[1] ?? null
}

/** Whether a token was made of this key. */
export function isOtlpToken(key: string, token: string): boolean {
  const [, deploymentId, proof] = TOKEN.exec(token) ?? []
  if (deploymentId === undefined || proof === undefined) return false
  const given = Buffer.from(proof, 'base64url')
  const right = proofOf(key, deploymentId)
  return given.length === right.length && timingSafeEqual(given, right)
}

/** Where the receiver shows that it is ours. */
export const RECEIVER_PROOF_PATH = '/v1/receiver'
export const RECEIVER_NONCE = /^[0-9a-f]{64}$/

/** What only who has the instance's key can answer to a nonce, at the address and port where it was asked: an answer that another program has fetched elsewhere is none. */
export function receiverProof(seal: Seal, { address, port, nonce }: { address: string; port: number; nonce: string }): string {
  return seal.digest(`${address} ${port} ${nonce}`, 'otlp-receiver')
}

export function isReceiverProof(seal: Seal, asked: { address: string; port: number; nonce: string }, answer: string): boolean {
  const [given, right] = [Buffer.from(answer), Buffer.from(receiverProof(seal, asked))]
  return given.length === right.length && timingSafeEqual(given, right)
}

function proofOf(key: string, deploymentId: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(`otlp:${deploymentId}`).digest()
}
