import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

// What PostgreSQL keeps of a password (RFC 5803). Made here, so that the password itself is in no statement, and so in no log
// of the server.

const ITERATIONS = 4_096
const SALT_BYTES = 16
const KEY_BYTES = 32

/** A verifier as `password` takes it. The password is of ASCII characters, which the preparation of strings leaves as they are. */
export async function scramVerifier(password: string, salt: Buffer = randomBytes(SALT_BYTES)): Promise<string> {
  const salted = await promisify(pbkdf2)(password, salt, ITERATIONS, KEY_BYTES, 'sha256')
  const of = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(of('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${of('Server Key').toString('base64')}`
}
