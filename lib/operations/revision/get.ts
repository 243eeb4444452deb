import { revisionGet, type RevisedService } from '../../contract/change'
import { servicesOf } from '../../db/queries/changes'
import { find } from '../../db/queries/revisions'
import { differences, variableDifferences, type Configuration } from '../../domain/change'
import { notFound } from '../../errors'
import { standingsOf } from '../change/load-changes'
import type { ScopedCtx } from '../context'
import type { PlainVariables } from '../../secrets/sealed-variables'
import { implement } from '../implement'
import { presentOf } from '../variable/holder'
import { openContent } from './content'
import { toRevisionView } from './view'

type Named = Configuration & { id: string; name: string }
type Whole = { services: readonly Named[]; shared: PlainVariables | null }

export const getRevision = implement(revisionGet, async (ctx, { environmentId, number, with: other }) => {
  const row = await find(ctx.db, environmentId, number)
  if (!row) throw notFound('revision')
  const later = other === undefined ? await present(ctx, environmentId) : await contentOf(ctx, environmentId, other)
  return { ...toRevisionView(row), services: compareAll(openContent(ctx.seal, row), later) }
})

async function contentOf(ctx: ScopedCtx, environmentId: string, number: number): Promise<Whole> {
  const row = await find(ctx.db, environmentId, number)
  if (!row) throw notFound('revision')
  return openContent(ctx.seal, row)
}

async function present(ctx: ScopedCtx, environmentId: string): Promise<Whole> {
  const standings = await standingsOf(ctx, await servicesOf(ctx.db, environmentId), { all: true })
  return { services: standings.map(({ service, wanted }) => ({ id: service.id, name: service.name, ...wanted })), shared: await presentOf(ctx, { owner: { environmentId } }) }
}

function compareAll(before: Whole, after: Whole): RevisedService[] {
  const found = before.shared && after.shared ? variableDifferences(before.shared, after.shared) : []
  return [...compare(before.services, after.services), ...(found.length === 0 ? [] : [{ name: 'Shared variables', kind: 'changed' as const, differences: found }])]
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
