import type { EngineOffer } from '../../contract/database'
import type { Source } from '../../contract/source'
import { find, page } from '../../db/queries/targets'
import type { PlacedEnvironment } from '../../db/queries/environments'
import { databaseWords, ENGINE_NAMES, ENGINES, isVersion, lineOf, type EngineName, type FoundEngines } from '../../domain/engine/engines'
import { hasNetwork } from '../../domain/target'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'

type Here = Pick<ScopedCtx, 'db' | 'scope'>
type Place = Pick<PlacedEnvironment, 'target'>

const MAX_TARGETS = 100
const NAMED = 3

/** What an environment can have: where images run every engine, elsewhere those whose servers were found on the machine. */
export async function offersOf(ctx: Here, { target }: Place): Promise<EngineOffer[]> {
  if (hasNetwork(target.kind)) return ENGINE_NAMES.map((engine) => ({ ...wordsOf(engine), versions: [...ENGINES[engine].versions], missing: null }))
  const found = (await find(ctx.db, ctx.scope.organizationId, target.id))?.seen?.databases
  const elsewhere = await targetsWithImages(ctx)
  return ENGINE_NAMES.map((engine) => offerOf(engine, found, elsewhere))
}

function offerOf(engine: EngineName, found: FoundEngines | undefined, elsewhere: string): EngineOffer {
  const one = found?.[engine]
  if (!one) return { ...wordsOf(engine), versions: [], missing: 'The machine has not been looked at for it yet. Try again in a moment.' }
  if (one.version === null) return { ...wordsOf(engine), versions: [], missing: `${one.missing}${elsewhere}` }
  return { ...wordsOf(engine), versions: [lineOf(engine, one.version)], missing: null }
}

function wordsOf(engine: EngineName): Pick<EngineOffer, 'engine' | 'name' | 'meaning'> {
  return { engine, name: ENGINES[engine].word, meaning: ENGINES[engine].meaning }
}

async function targetsWithImages(ctx: Here): Promise<string> {
  const names = (await page(ctx.db, ctx.scope.organizationId, { after: null, limit: MAX_TARGETS })).filter(({ kind }) => hasNetwork(kind)).map(({ name }) => name)
  return names.length === 0 ? '' : ` Targets that have it: ${names.slice(0, NAMED).join(', ')}.`
}

/** Refuses an engine or a version that the environment cannot have. Throws `not_now` with what to do about it. */
export async function demandOffer(ctx: Here, environment: Place, { engine, version }: Pick<Extract<Source, { type: 'database' }>, 'engine' | 'version'>): Promise<void> {
  const { target } = environment
  const offer = (await offersOf(ctx, environment)).find((each) => each.engine === engine)!
  if (offer.missing !== null) throw new AppError('not_now', offer.missing, { fields: { 'source.engine': offer.missing } })
  if (hasNetwork(target.kind) || offer.versions.some((offered) => isVersion(version, offered) || isVersion(offered, version))) return
  const message = `${databaseWords({ engine, version })} is not on the machine that this environment runs on; it has ${offer.versions.join(', ')}. Choose that, install the other one, or use an environment on a Docker target.`
  throw new AppError('not_now', message, { fields: { 'source.version': message } })
}
