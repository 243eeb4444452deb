import type { z } from 'zod'

import { byKey, SharedVariableInput, VariableKey } from '../../contract/service'
import { sharedVariableImport, variableImport, type ImportView } from '../../contract/variable'
import { parseEnv } from '../../domain/env-file'
import { AppError } from '../../errors'
import type { PlainVariables } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { applyChange, prepareChange } from './change'
import type { Comparison, WantedVariable } from './compare'
import { holdService, holdShared, presentOf, type Holder } from './holder'

type Import = Pick<z.output<typeof variableImport.input>, 'text' | 'removeOthers' | 'secret' | 'preview'>
type Changes = z.output<typeof ImportView>

export const importVariables = implement(variableImport, async (ctx, { serviceId, ...wish }) => {
  const holder = await holdService(ctx, serviceId)
  const { comparison, view } = await importInto(ctx, holder, wish)
  if (!wish.preview) await recordHere(ctx, { type: 'variables.replaced', subject: holder.subject, data: { set: comparison.set, removed: comparison.removed } })
  return view
})

export const importSharedVariables = implement(sharedVariableImport, async (ctx, { environmentId, ...wish }) => {
  const holder = await holdShared(ctx, environmentId)
  const { comparison, view } = await importInto(ctx, holder, wish)
  if (!wish.preview) await recordHere(ctx, { type: 'shared_variables.replaced', subject: holder.subject, data: { set: comparison.set, removed: comparison.removed } })
  return view
})

async function importInto(ctx: ScopedCtx, holder: Holder, wish: Import): Promise<{ comparison: Comparison; view: Changes }> {
  const present = await presentOf(ctx, holder)
  const { comparison, land } = await prepareChange(ctx, holder, wantedOf(present, wish))
  if (!wish.preview) await applyChange(ctx, holder, { ...comparison, land })
  return { comparison, view: changesOf(present, comparison) }
}

function wantedOf(present: PlainVariables, { text, removeOthers, secret }: Import): Record<string, WantedVariable> {
  const { entries, problems } = parseEnv(text)
  const wrong = [...problems.map(({ line, message }) => `line ${line}: ${message}`), ...entries.flatMap(({ key }) => complaintsOn(key))]
  if (wrong.length > 0) throw new AppError('invalid_input', `The text cannot be read: ${wrong.slice(0, 5).join(' ')}`, { fields: { text: wrong.slice(0, 20).join(' ') } })
  const kept = Object.fromEntries(Object.entries(present).map(([key, variable]) => [key, { value: null, secret: variable.secret }]))
  const given = Object.fromEntries(entries.map(({ key, value }) => [key, { value, secret: Object.hasOwn(present, key) ? present[key]!.secret : secret }]))
  const all = byKey(SharedVariableInput).safeParse(removeOthers ? given : { ...kept, ...given })
  if (!all.success) throw new AppError('invalid_input', `The text cannot be taken: ${all.error.issues[0]!.path.join('.')} ${all.error.issues[0]!.message}`, { fields: { text: all.error.issues[0]!.message } })
  return all.data
}

function complaintsOn(key: string): string[] {
  const parsed = VariableKey.safeParse(key)
  return parsed.success ? [] : [`${key}: ${parsed.error.issues[0]!.message}`]
}

function changesOf(present: PlainVariables, { next, set, removed }: Comparison): Changes {
  return {
    added: set.filter((key) => !Object.hasOwn(present, key)),
    changed: set.filter((key) => Object.hasOwn(present, key)),
    removed,
    unchanged: Object.keys(next).filter((key) => !set.includes(key)),
  }
}
