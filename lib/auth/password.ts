import { hash, verify } from '@node-rs/argon2'

// The library's enumeration of algorithms exists only as a type; this is its Argon2id.
const ARGON2ID = 2

// Argon2id with 19 MiB, two passes and one lane: the parameters of the OWASP Password Storage Cheat Sheet.
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A salted hash in PHC format, with its parameters. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS)
}

let decoy: Promise<string> | undefined

/** Whether the password fits. A missing hash takes as long as a present one, so that time does not tell who has an account. */
export async function passwordFits(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password')
  const fits = await verify(stored ?? (await decoy), password).catch(() => false)
  return stored !== null && fits
}
