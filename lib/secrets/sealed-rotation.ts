import type { Seal } from './seal'
import type { PlainVariables } from './sealed-variables'

/** Who connects to a database. `user` null: its engine has no names. */
export type Login = { user: string | null; password: string }

/** A login, and the variables of the database that say it. `mark`: of the moment references began to lead to it; see provisioning/database/recipe. */
export type Credential = { login: Login; variables: PlainVariables; mark?: string | null }

type Which = 'former' | 'next'

/** Seals it for one rotation. */
export function sealCredential(seal: Seal, { id, which }: { id: string; which: Which }, credential: Credential): string {
  return seal.seal(JSON.stringify(credential), `rotation-${which}:${id}`)
}

export function openCredential(seal: Seal, { id, which }: { id: string; which: Which }, sealed: string): Credential {
  return JSON.parse(seal.open(sealed, `rotation-${which}:${id}`)) as Credential
}
