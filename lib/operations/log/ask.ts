import type { FilterNote, LogKind } from '../../contract/log'
import type { Db } from '../../db/connection'
import { numbersOf } from '../../db/queries/deployments'
import { conditionOf, isLookedUp, type Settled } from '../../db/queries/log-filter'
import type { LogQuery } from '../../db/queries/log-search'
import { drawn } from '../../db/queries/services'
import type { Filter } from '../../domain/log-filter/filter'
import { candidatesFor } from '../../domain/log-block/may-match'
import { isService } from '../../domain/log-filter/matches'
import { numberOf } from '../../domain/log-filter/number'
import { parse } from '../../domain/log-filter/parse'
import { termsOf, windowOf } from '../../domain/log-filter/window'
import { AppError } from '../../errors'

/** What is asked about, as an input has it. The environment is the one that was authorised. */
export type Asked = {
  environmentId: string
  filter?: string | undefined
  serviceId?: string | undefined
  deploymentId?: string | undefined
  kind?: LogKind | undefined
  from?: string | undefined
  until?: string | undefined
}

export type Question = { query: LogQuery; notes: FilterNote[] }

/** What a filter asks of an environment, with its names settled. Throws `invalid_input` with the place of what is wrong. */
export async function questionOf(db: Db, asked: Asked, now: Date): Promise<Question> {
  const { environmentId } = asked
  const filter = wholeFilter(asked)
  const services = await drawn(db, environmentId)
  const settled: Settled = {
    environmentId,
    nowMs: now.getTime(),
    servicesOf(value) {
      const known = services.filter((service) => isService(value, service)).map(({ id }) => id)
      // Lines outlive the service that printed them, which then has an id only.
      const [only = ''] = value.kind === 'is' && value.parts.length === 1 ? value.parts : []
      return known.length === 0 && only.startsWith('svc_') ? [only] : known
    },
  }
  const bounds = windowOf(filter, now.getTime())
  const window = { fromMs: Math.max(bounds.fromMs, asked.from === undefined ? -Infinity : Date.parse(asked.from)), untilMs: Math.min(bounds.untilMs, asked.until === undefined ? Infinity : Date.parse(asked.until)) }
  const lookup = isLookedUp(filter) ? conditionOf(filter, settled, { isLookup: true }) : null
  return { query: { environmentId, condition: conditionOf(filter, settled), lookup, candidatesOf: candidatesFor(filter, settled), ...window }, notes: await notesOf(db, filter, settled) }
}

/** What was typed, and what is given besides. */
function wholeFilter({ filter: text = '', serviceId, deploymentId, kind }: Asked): Filter {
  const parsed = parse(text)
  if (!parsed.ok) {
    const { at, message } = parsed.problem
    const sentence = `At character ${at + 1}: ${message}`
    throw new AppError('invalid_input', `filter: ${sentence}`, { fields: { filter: sentence } })
  }
  const place = { at: 0, length: 0 }
  const is = (value: string) => ({ kind: 'is' as const, parts: [value] })
  const besides: Filter[] = [
    ...(serviceId === undefined ? [] : [{ kind: 'service' as const, value: is(serviceId), place }]),
    ...(deploymentId === undefined ? [] : [{ kind: 'deployment' as const, value: is(deploymentId), place }]),
    ...(kind === undefined ? [] : [{ kind: 'field' as const, field: 'kind' as const, value: is(kind) }]),
  ]
  return { kind: 'and', of: [...(parsed.filter.kind === 'and' ? parsed.filter.of : [parsed.filter]), ...besides] }
}

/** What is asked for by names that nothing has. */
async function notesOf(db: Db, filter: Filter, settled: Settled): Promise<FilterNote[]> {
  const notes: FilterNote[] = []
  const asked = new Map<number, { at: number; length: number }>()
  for (const term of termsOf(filter)) {
    if (term.kind === 'service' && term.place.length > 0 && term.value.kind === 'is' && settled.servicesOf(term.value).length === 0) {
      notes.push({ ...term.place, message: `This environment has no service "${term.value.parts.join('*')}". Look at its name on the canvas, or use its id if it was deleted.` })
    }
    const number = term.kind === 'deployment' && term.value.kind === 'is' ? numberOf(term.value.parts[0]!) : null
    if (term.kind === 'deployment' && number !== null) asked.set(number, term.place)
  }
  if (asked.size === 0) return notes
  const known = new Set(await numbersOf(db, settled.environmentId, [...asked.keys()]))
  for (const [number, place] of asked) if (!known.has(number)) notes.push({ ...place, message: `No service of this environment has a deployment ${number}.` })
  return notes
}
