import type { Source } from '../../contract/source'
import type { PlacedEnvironment } from '../../db/queries/environments'
import * as uploads from '../../db/queries/uploads'
import { hasRegistry, hasSshKey } from '../../db/queries/sources'
import { TEMPLATE_FOLDERS, findTemplate } from '../../domain/template'
import { hasNetwork } from '../../domain/target'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'
import { demandOffer } from '../database/offers'

/** Refuses a source that could never be fetched here. Throws `invalid_input` on the field that is wrong. */
export async function checkSource(ctx: Pick<ScopedCtx, 'db' | 'config' | 'scope' | 'now'>, source: Source, environment: Pick<PlacedEnvironment, 'target'>): Promise<void> {
  const { kind } = environment.target
  if (isOnThisMachine(source) && !ctx.config.localSources) {
    throw wrong('source', 'Folders of this machine are not allowed on this instance. Use a git address, or ask the operator to set EASEL_LOCAL_SOURCES.')
  }
  if (source.type === 'git' && source.sshKeyId !== undefined && !(await hasSshKey(ctx.db, ctx.scope.organizationId, source.sshKeyId))) {
    throw wrong('source.sshKeyId', 'This organization has no such SSH key. Choose one from the settings of the organization.')
  }
  if (source.type === 'image' && !hasNetwork(kind)) {
    throw wrong('source', 'This environment runs services as processes of the machine, which cannot run images. Use an environment on a Docker target.')
  }
  if (source.type === 'image' && source.registryId !== undefined && !(await hasRegistry(ctx.db, ctx.scope.organizationId, source.registryId))) {
    throw wrong('source.registryId', 'This organization has no such registry. Choose one from the settings of the organization.')
  }
  if (source.type === 'upload' && !(await uploads.use(ctx.db, { id: source.uploadId, projectId: ctx.scope.projectId!, at: ctx.now() }))) {
    throw wrong('source.uploadId', 'This project has no such upload, or not all of it has arrived. What nothing was made of is removed after an hour. Upload the folder again.')
  }
  if (source.type === 'database') await demandOffer(ctx, environment, source)
  if (source.type === 'template' && !findTemplate(source.template) && !TEMPLATE_FOLDERS.includes(source.template)) {
    throw wrong('source.template', `There is no template ${source.template}. Choose one of ${TEMPLATE_FOLDERS.join(', ')}.`)
  }
}

function isOnThisMachine(source: Source): boolean {
  return source.type === 'local' || (source.type === 'git' && /^file:/i.test(source.url))
}

function wrong(field: string, message: string): AppError {
  return new AppError('invalid_input', `${field}: ${message}`, { fields: { [field]: message } })
}
