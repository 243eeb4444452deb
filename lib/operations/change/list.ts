import { changeList } from '../../contract/change'
import { servicesOf } from '../../db/queries/changes'
import { implement } from '../implement'
import { standingsOf, toChangesView } from './load-changes'

export const listChanges = implement(changeList, async (ctx, { environmentId }) => toChangesView(await standingsOf(ctx, await servicesOf(ctx.db, environmentId))))
