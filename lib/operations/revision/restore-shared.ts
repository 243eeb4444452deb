import { isSameVariable } from '../../domain/change'
import { SHARED } from '../../domain/reference'
import type { PlainVariables } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { applyChange } from '../variable/change'
import { holdShared, presentOf } from '../variable/holder'
import { loadLandscape, referringIn } from '../variable/landscape'

/** Sets what an environment shares to what a revision has. What is still referred to and was not there then stays; `left` says so. */
export async function restoreShared(ctx: ScopedCtx, { environmentId, wanted }: { environmentId: string; wanted: PlainVariables }, left: string[]): Promise<void> {
  const holder = await holdShared(ctx, environmentId)
  const [present, land] = [await presentOf(ctx, holder), await loadLandscape(ctx, environmentId)]
  const used = new Set(referringIn(ctx, land).flatMap(({ references }) => references.filter(({ service }) => service === SHARED).map(({ key }) => key)))
  const gone = Object.keys(present).filter((key) => !Object.hasOwn(wanted, key))
  for (const key of gone.filter((each) => used.has(each))) left.push(`The shared variable ${key} stays, because something refers to it.`)
  const removed = gone.filter((key) => !used.has(key))
  const kept = Object.fromEntries(Object.entries(present).filter(([key]) => gone.includes(key) && !removed.includes(key)))
  const set = Object.keys(wanted).filter((key) => !isSameVariable(Object.hasOwn(present, key) ? present[key] : null, wanted[key]))
  await applyChange(ctx, holder, { next: { ...kept, ...wanted }, set, removed, land })
}
