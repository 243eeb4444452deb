import { logContext } from '../../contract/log'
import { linesAround } from '../../db/queries/log-context'
import { AppError, notFound } from '../../errors'
import { implement } from '../implement'

export const getLogContext = implement(logContext, async (ctx, { environmentId, lineId, lines }) => {
  const found = await linesAround(ctx.db, { environmentId, lineId, lines })
  if (found === 'late') throw new AppError('unavailable', 'Finding the lines around this one took too long. Ask for fewer, or search the time around it.')
  if (found === null) throw notFound('line')
  return found
})
