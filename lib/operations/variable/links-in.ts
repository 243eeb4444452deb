import type { Db } from '../../db/connection'
import type { PlacedService } from '../../db/queries/services'
import * as shared from '../../db/queries/shared-variables'
import { ofEnvironments } from '../../db/queries/variables'
import { groupBy } from '../../domain/group-by'
import { linksOf, type Link, type LinkSource } from '../../domain/link'
import { SHARED } from '../../domain/reference'
import type { Seal } from '../../secrets/seal'
import { referencesOf } from './references-of'

export type LinkIn = Link & { projectId: string }

/** The links between these services, read from their variables: two queries. Only services of one environment are linked. */
export async function linksIn(ctx: { db: Db; seal: Seal }, services: readonly PlacedService[]): Promise<LinkIn[]> {
  const environmentIds = [...new Set(services.map((service) => service.environmentId))]
  const toReferences = (rows: readonly Parameters<typeof referencesOf>[1][]) => rows.flatMap((row) => referencesOf(ctx.seal, row).map((reference) => ({ variable: row.key, ...reference })))
  const own = groupBy(await ofEnvironments(ctx.db, environmentIds), (row) => row.serviceId)
  const common = groupBy(await shared.ofEnvironments(ctx.db, environmentIds), (row) => row.environmentId)
  return environmentIds.flatMap((environmentId) => {
    const here = services.filter((service) => service.environmentId === environmentId)
    const projectId = here[0]!.projectId
    const sources: LinkSource[] = here.map(({ id, name }) => ({ id, name, references: toReferences(own.get(id) ?? []) }))
    const sharedSource = { id: environmentId, name: SHARED, references: toReferences(common.get(environmentId) ?? []) }
    return linksOf(sources, sharedSource).map((link) => ({ ...link, projectId }))
  })
}
