import { generateKeyPairSync } from 'node:crypto'

import * as acme from 'acme-client'

import type { AcmeConfig } from '../../config'
import { accountAt, addAccount, removeAccount, setAccountUrl, type AccountRow } from '../../db/queries/engine/acme'
import { problemName } from '../../domain/certificate/problem'
import { newId } from '../../ids'
import { openAccountKey, sealAccountKey } from '../../secrets/sealed-certificate'
import type { Engine } from '../engine'
import { ProblemError } from './certificate-error'

type Room = Pick<Engine, 'db' | 'seal' | 'now' | 'log'>
export type Account = { client: acme.Client; row: AccountRow }

/** Refused with a key of this age, an account is not made anew: something else is wrong. */
const FRESH_MS = 3_600_000

/** A new private key on P-256, as PKCS #8 in PEM. */
export function newKeyPem(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Our account with the authority, made when there is none. Within `callAuthority`. */
export async function openAccount({ db, seal }: Room, config: AcmeConfig): Promise<Account> {
  const row = (await accountAt(db, config.directory)) ?? (await makeRow({ db, seal }, config.directory))
  const client = new acme.Client({
    directoryUrl: config.directory,
    accountKey: openAccountKey(seal, row),
    ...(row.url === null ? {} : { accountUrl: row.url }),
    ...(config.binding === null ? {} : { externalAccountBinding: { kid: config.binding.keyId, hmacKey: config.binding.hmacKey } }),
  })
  if (row.url !== null) return { client, row }
  // The same key twice is the same account (RFC 8555, 7.3.1), so a worker that dies here leaves nothing behind.
  await client.createAccount({ termsOfServiceAgreed: true, ...(config.email === null ? {} : { contact: [`mailto:${config.email}`] }) })
  const url = client.getAccountUrl()
  await setAccountUrl(db, row.id, url)
  return { client, row: { ...row, url } }
}

function makeRow({ db, seal }: Pick<Room, 'db' | 'seal'>, directory: string): Promise<AccountRow> {
  const id = newId('acmeAccount')
  return addAccount(db, { id, directory, keySealed: sealAccountKey(seal, id, newKeyPem()) })
}

/** Does something with our account, and once more with a new one when the authority no longer knows it. Within `callAuthority`. */
export async function withAccount<T>(room: Room, config: AcmeConfig, work: (account: Account) => Promise<T>): Promise<T> {
  const account = await openAccount(room, config)
  try {
    return await work(account)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const name = problemName(error.problem)
    // Deactivated accounts are refused as `unauthorized` (RFC 8555, 7.3.6), with every key they had.
    const isRefused = name === 'unauthorized' && room.now().getTime() - account.row.createdAt.getTime() > FRESH_MS
    if (name !== 'accountDoesNotExist' && !isRefused) throw error
    room.log.warn({ directory: config.directory, said: error.problem.detail }, 'the certificate authority does not know our account, it is made anew')
    if (isRefused) await removeAccount(room.db, account.row.id)
    else await setAccountUrl(room.db, account.row.id, null)
    return work(await openAccount(room, config))
  }
}
