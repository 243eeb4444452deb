import { instanceGet } from '../../contract/instance'
import { anyUserExists } from '../../db/queries/accounts'
import { implementPublic } from '../implement'

const VERSION = '0.1.0'

export const get = implementPublic(instanceGet, async (ctx) => ({
  version: VERSION,
  registrationOpen: !(await anyUserExists(ctx.db)),
  publicUrl: ctx.config.publicUrl,
  localSources: ctx.config.localSources,
  uploads: ctx.config.uploads,
  ingressDomain: ctx.config.ingress.domain,
  ingressPort: ctx.config.ingress.port,
}))
