import { generateSshKey, importSshKey } from '../../auth/ssh-key'
import { sshKeyCreate } from '../../contract/organization'
import { sshKeys } from '../../db/schema/account'
import { AppError } from '../../errors'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { implement } from '../implement'
import { sshKeyView } from './view'

export const create = implement(sshKeyCreate, async (ctx, { name, privateKey }) => {
  const { organizationId } = ctx.scope
  const comment = `easel ${name}`
  const pair = privateKey === undefined ? generateSshKey(comment) : importSshKey(privateKey, comment)
  const id = newId('sshKey')
  const [row] = await ctx.db
    .insert(sshKeys)
    .values({ id, organizationId, name, publicKey: pair.publicKey, fingerprint: pair.fingerprint, privateKeySealed: ctx.seal.seal(pair.privateKey, `ssh_key:${id}`), createdAt: ctx.now() })
    .onConflictDoNothing()
    .returning()
  if (!row) throw new AppError('conflict', `There is already a key named ${name}. Choose another name.`, { fields: { name: 'Is already used.' } })
  await record(ctx.db, ctx, { type: 'ssh_key.created', subject: name, organizationId, data: { fingerprint: pair.fingerprint } })
  return sshKeyView(row)
})
