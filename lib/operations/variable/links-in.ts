import type { Db } from '../../db/connection'
import type { PlacedService } from '../../db/queries/services'
import { ofEnvironments } from '../../db/queries/variables'
import { linksOf, type Link, type LinkSource } from '../../domain/link'
import type { Seal } from '../../secrets/seal'
import { referredServices } from './referred-services'

export type LinkIn = Link & { projectId: string }

/** The links between these services, read from their variables: one query. Only services of one environment are linked. */
export async function linksIn(ctx: { db: Db; seal: Seal }, services: readonly PlacedService[]): Promise<LinkIn[]> {
  const environmentIds = [...new Set(services.map((service) => service.environmentId))]
  const references = new Map<string, LinkSource['references'][number][]>(services.map((service) => [service.id, []]))
  for (const row of await ofEnvironments(ctx.db, environmentIds)) {
    const found = referredServices(ctx.seal, row).map((service) => ({ variable: row.key, service }))
    references.get(row.serviceId)?.push(...found)
  }
  return environmentIds.flatMap((environmentId) => {
    const here = services.filter((service) => service.environmentId === environmentId)
    const projectId = here[0]!.projectId
    return linksOf(here.map(({ id, name }) => ({ id, name, references: references.get(id)! }))).map((link) => ({ ...link, projectId }))
  })
}
