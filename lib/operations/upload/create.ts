import { UPLOAD_PATH, uploadCreate } from '../../contract/upload'
import * as environments from '../../db/queries/environments'
import { countUnused, insert } from '../../db/queries/uploads'
import { tooLarge } from '../../domain/archive/limits'
import { AppError, notFound } from '../../errors'
import { newId } from '../../ids'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { sealUploadOrder } from './order'

/** So that nobody fills the disk with what nothing is made of. */
const MAX_UNUSED = 100

/** Notes that a folder will come. Its bytes go past the operations, as a stream between whoever has the address and a worker. */
export const createUpload = implement(uploadCreate, async (ctx, { environmentId, name, sizeBytes }) => {
  if (!(await environments.lock(ctx.db, environmentId))) throw notFound('environment')
  const problem = tooLarge({ packedBytes: sizeBytes }, ctx.config.uploads)
  if (problem !== null) throw new AppError('limit_exceeded', problem)
  const projectId = ctx.scope.projectId!
  if ((await countUnused(ctx.db, projectId)) >= MAX_UNUSED) {
    throw new AppError('limit_exceeded', `${MAX_UNUSED} uploads of this project are used by no service. They are removed an hour after they were sent; try again then.`)
  }
  const id = newId('upload')
  await insert(ctx.db, { id, projectId, name, sizeBytes, createdBy: ctx.actor.userId, createdAt: ctx.now(), usedAt: ctx.now() })
  const { ticket, expiresAt } = sealUploadOrder(ctx, id)
  await recordHere(ctx, { type: 'upload.created', subject: name, data: { upload: id, sizeBytes } })
  return { id, path: `${UPLOAD_PATH}/${ticket}`, expiresAt }
})
