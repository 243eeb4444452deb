import { logFacets, type LogFacet, type LogLineView } from '../../contract/log'
import { numbersOfDeployments } from '../../db/queries/deployments'
import { scanLines } from '../../db/queries/log-search'
import { drawn } from '../../db/queries/services'
import { implement } from '../implement'
import { questionOf } from './ask'

/** As many of the newest lines are looked at: enough to see what is frequent. */
const SAMPLE = 2_000
const BUDGET_MS = 700
const MOST_ATTRIBUTES = 20
const MOST_VALUES = 10
const MAX_VALUE_LENGTH = 200

export const getLogFacets = implement(logFacets, async (ctx, asked) => {
  const { query, notes } = await questionOf(ctx.db, asked, ctx.now())
  const { lines, next } = await scanLines(ctx.db, query, { isOlder: true, cursor: null, limit: SAMPLE, budgetMs: BUDGET_MS })
  const views = lines.map(({ view }) => view)
  const names = new Map((await drawn(ctx.db, asked.environmentId)).map(({ id, name }) => [id, name]))
  const deploymentIds = [...new Set(views.flatMap(({ deploymentId }) => deploymentId ?? []))]
  const numbers = new Map((await numbersOfDeployments(ctx.db, asked.environmentId, deploymentIds)).map(({ id, number }) => [id, number]))
  const isSampled = next !== null
  const facet = (field: string, read: (line: LogLineView) => { value: string; label?: string } | null) => facetOf({ field, isSampled }, views.flatMap((line) => read(line) ?? []))
  return {
    facets: [
      facet('level', ({ level }) => ({ value: level ?? 'none' })),
      facet('service', ({ serviceId }) => (serviceId === null ? null : { value: names.get(serviceId) ?? serviceId })),
      facet('kind', ({ kind }) => ({ value: kind })),
      facet('deployment', ({ serviceId, deploymentId }) => (deploymentId === null ? null : deploymentValue(deploymentId, numbers.get(deploymentId), names.get(serviceId ?? '')))),
      ...attributeFacets(views, isSampled),
    ].filter(({ values }) => values.length > 0),
    notes,
  }
})

/** Numbers are those of one service: the id is what tells deployments apart. */
function deploymentValue(id: string, number: number | undefined, service: string | undefined): { value: string; label: string } {
  return { value: id, label: number === undefined ? id : `${service ?? 'deleted service'} ${number}` }
}

function facetOf(facet: { field: string; isSampled: boolean }, found: readonly { value: string; label?: string }[]): LogFacet {
  const counts = new Map<string, { value: string; label: string; count: number }>()
  for (const { value, label = value } of found) {
    const known = counts.get(value)
    if (known) known.count++
    else counts.set(value, { value, label, count: 1 })
  }
  const values = [...counts.values()].sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, MOST_VALUES)
  return { field: facet.field, values, isSampled: facet.isSampled }
}

/** The attributes that most lines have. */
function attributeFacets(lines: readonly LogLineView[], isSampled: boolean): LogFacet[] {
  const found = new Map<string, string[]>()
  for (const { attributes } of lines) {
    for (const [name, value] of leavesOf(attributes ?? {}, '')) {
      const values = found.get(name)
      if (values) values.push(value)
      else found.set(name, [value])
    }
  }
  const frequent = [...found].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1)).slice(0, MOST_ATTRIBUTES)
  return frequent.map(([name, values]) => facetOf({ field: `@${name}`, isSampled }, values.map((value) => ({ value }))))
}

/** Plain values of attributes and of those within them, by the names that a filter has for them. */
function leavesOf(attributes: Readonly<Record<string, unknown>>, before: string): [string, string][] {
  return Object.entries(attributes).flatMap(([key, value]): [string, string][] => {
    const name = `${before}${key}`
    if (typeof value === 'object' && value !== null) return Array.isArray(value) ? [] : leavesOf(value as Record<string, unknown>, `${name}.`)
    const text = String(value)
    return text.length > MAX_VALUE_LENGTH || text === '' ? [] : [[name, text]]
  })
}
