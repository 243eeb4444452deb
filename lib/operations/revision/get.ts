import { revisionGet, type RevisedService } from '../../contract/change'
import { servicesOf } from '../../db/queries/changes'
import { find } from '../../db/queries/revisions'
import { differences, type Configuration } from '../../domain/change'
import { notFound } from '../../errors'
import { standingsOf } from '../change/load-changes'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { openContent } from './content'
import { toRevisionView } from './view'

type Named = Configuration & { id: string; name: string }

export const getRevision = implement(revisionGet, async (ctx, { environmentId, number, with: other }) => {
  const row = await find(ctx.db, environmentId, number)
  if (!row) throw notFound('revision')
  const later = other === undefined ? await present(ctx, environmentId) : await contentOf(ctx, environmentId, other)
  return { ...toRevisionView(row), services: compare(openContent(ctx.seal, row), later) }
})

async function contentOf(ctx: ScopedCtx, environmentId: string, number: number): Promise<Named[]> {
  const row = await find(ctx.db, environmentId, number)
  if (!row) throw notFound('revision')
  return openContent(ctx.seal, row)
}

async function present(ctx: ScopedCtx, environmentId: string): Promise<Named[]> {
  const standings = await standingsOf(ctx, await servicesOf(ctx.db, environmentId), { all: true })
  // Volumes are attached and detached by themselves: a revision has none.
  return standings.map(({ service, wanted: { source, settings, variables } }) => ({ id: service.id, name: service.name, source, settings, variables }))
}

/** Services of both by id; what is the same is left out. */
function compare(before: readonly Named[], after: readonly Named[]): RevisedService[] {
  const now = new Map(after.map((service) => [service.id, service]))
  const then = new Set(before.map(({ id }) => id))
  const former = before.flatMap<RevisedService>((service) => {
    const later = now.get(service.id)
    if (!later) return [{ name: service.name, kind: 'gone', differences: [] }]
    const found = differences(service, later)
    return found.length === 0 ? [] : [{ name: later.name, kind: 'changed', differences: found }]
  })
  return [...former, ...after.filter(({ id }) => !then.has(id)).map(({ name }) => ({ name, kind: 'added' as const, differences: [] }))]
}
