import { revisionRestore } from '../../contract/change'
import { holdServicesOf } from '../../db/queries/changes'
import * as environments from '../../db/queries/environments'
import { find } from '../../db/queries/revisions'
import { differences } from '../../domain/change'
import { isAppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { standingsOf, toChangesView, type Standing } from '../change/load-changes'
import { writeConfiguration } from '../change/write-configuration'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { drawService } from '../service/create'
import { presentVariables } from '../variable/present-variables'
import { refuseCircles } from '../variable/replace'
import { checkSettings } from '../service/check-settings'
import { checkSource } from '../service/check-source'
import { openContent, type RevisedContent } from './content'

/** Sets what a revision has as changes; nothing runs differently until they are deployed. What was drawn since stays as it is. */
export const restoreRevision = implement(revisionRestore, async (ctx, { environmentId, number }) => {
  const environment = await environments.lock(ctx.db, environmentId)
  const row = environment && (await find(ctx.db, environmentId, number))
  if (!row) throw notFound('revision')
  const standings = await standingsOf(ctx, await holdServicesOf(ctx.db, environmentId), { all: true })
  const left: string[] = []
  for (const revised of openContent(ctx.seal, row)) {
    const standing = standings.find(({ service }) => service.id === revised.id)
    const problem = await fits(ctx, environment, revised)
    if (problem !== null) left.push(`${revised.name} was left as it is: ${problem}`)
    else if (standing) await setBack(ctx, standing, revised)
    else await drawAgain(ctx, environment, revised)
  }
  for (const { service } of standings) await refuseCircles(ctx, service, await presentVariables(ctx, service.id))
  await recordHere(ctx, { type: 'revision.restored', subject: environment.name, data: { number, left } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return { ...toChangesView(await standingsOf(ctx, await holdServicesOf(ctx.db, environmentId))), left }
})

async function setBack(ctx: ScopedCtx, standing: Standing, { source, settings, variables }: RevisedContent): Promise<void> {
  const next = { source, settings, variables, mounts: standing.wanted.mounts }
  if (differences(standing.wanted, next).length > 0) await writeConfiguration(ctx, standing, next)
}

/** Another service of the same name and settings, with an address of its own. */
async function drawAgain(ctx: ScopedCtx, environment: environments.PlacedEnvironment, { name, source, settings, variables, x, y }: RevisedContent): Promise<void> {
  await drawService(ctx, environment, { name, source, settings, variables, x, y })
}

/** Why a service cannot be set so today, as a sentence: a key or a folder may be gone, or the target another one. */
async function fits(ctx: ScopedCtx, environment: environments.PlacedEnvironment, { source, settings }: RevisedContent): Promise<string | null> {
  try {
    await checkSource(ctx, source, environment)
    checkSettings(settings, source, { kind: environment.target.kind })
    return null
  } catch (error) {
    if (!isAppError(error) || error.code === 'internal') throw error
    return error.message
  }
}
