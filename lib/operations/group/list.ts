import { groupList } from '../../contract/group'
import { ofEnvironment } from '../../db/queries/groups'
import { implement } from '../implement'
import { toGroupView } from './view'

export const listGroups = implement(groupList, async (ctx, { environmentId }) => ({ items: (await ofEnvironment(ctx.db, environmentId)).map(toGroupView) }))
