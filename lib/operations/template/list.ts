import { templateList } from '../../contract/instance'
import { TEMPLATES_CATALOGUE } from '../../domain/template'
import { implementSelf } from '../implement'

export const listTemplates = implementSelf(templateList, async () => ({
  items: TEMPLATES_CATALOGUE.map(({ id, name, summary, services }) => ({ id, name, summary, services: services.map((service) => service.name) })),
}))
