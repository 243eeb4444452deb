import { z } from 'zod'

import { idSchema } from '../ids'
import { DisplayName, Timestamp } from './common'
import { allow, command } from './entry'

const uploadId = idSchema('upload')
const environmentId = idSchema('environment')

/** Where the archive of an upload is sent to, with its ticket behind it. */
export const UPLOAD_PATH = '/api/upload'

/** The answer when all of it has arrived. */
export const UploadView = z.strictObject({
  id: uploadId,
  /** What the folder is called. */
  name: z.string(),
  /** SHA-256 of the archive. */
  digest: z.string(),
  sizeBytes: z.number().int(),
  files: z.number().int(),
})
export type UploadView = z.infer<typeof UploadView>

export const uploadCreate = command('upload.create', {
  summary: 'Get an address to send a folder to (PUT, a tar.gz with its length), for services of this project; of use for an hour, also again when sending broke off',
  input: z.strictObject({
    environmentId,
    /** What the folder is called. */
    name: DisplayName,
    /** Of the archive. Too large is refused before anything is sent. */
    sizeBytes: z.number().int().min(1),
  }),
  output: z.strictObject({ id: uploadId, /** Path below the console's address. */ path: z.string(), expiresAt: Timestamp }),
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/uploads', status: 201 },
  cli: 'upload create <environmentId>',
  fails: ['not_found', 'forbidden', 'limit_exceeded'],
})
