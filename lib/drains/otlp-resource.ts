import { resourceFromAttributes, type Resource } from '@opentelemetry/resources'

import type { LinePlace } from '../domain/drain/line'

/** Who says it, of all that is sent. */
export const SCOPE = { name: 'easel' }

export type Origin = Omit<LinePlace, 'service' | 'deployment'> & { service: LinePlace['service'] | null; deployment: LinePlace['deployment']; replica: string | null }

/** Where something comes from, by the names of the semantic conventions, and by ours where there are none. Equal origins are one object. */
export function resources(): (origin: Origin) => Resource {
  const known = new Map<string, Resource>()
  return (origin) => {
    const { organization, project, environment, service, deployment, replica } = origin
    const key = JSON.stringify([environment.id, service?.id, deployment?.id, replica])
    const found = known.get(key)
    if (found) return found
    const resource = resourceFromAttributes({
      'service.name': service?.name ?? environment.name,
      'service.namespace': project.name,
      ...(deployment === null ? {} : { 'service.instance.id': replica === null ? deployment.id : `${deployment.id}.${replica}` }),
      ...(deployment === null || deployment.number === null ? {} : { 'service.version': String(deployment.number) }),
      'deployment.environment.name': environment.name,
      // As it was called before; many receivers know only this.
      'deployment.environment': environment.name,
      'easel.organization.id': organization.id,
      'easel.organization.name': organization.name,
      'easel.project.id': project.id,
      'easel.environment.id': environment.id,
      ...(service === null ? {} : { 'easel.service.id': service.id }),
      ...(deployment === null ? {} : { 'easel.deployment.id': deployment.id }),
      ...(replica === null ? {} : { 'easel.replica': replica }),
    })
    known.set(key, resource)
    return resource
  }
}
