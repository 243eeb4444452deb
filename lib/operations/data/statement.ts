import { dataExecute, dataQuery } from '../../contract/data'
import { withoutValues } from '../../domain/sql-text'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { askData, demandDatabase } from './order'

export const queryData = implement(dataQuery, async (ctx, { serviceId, statement }) =>
  dataQuery.output.parse(await askData(ctx, await demandDatabase(ctx, serviceId), { kind: 'tables', act: 'run', ask: { statement, write: false } })),
)

/** Recorded before it is run, and whatever comes of it: nothing is written that nobody could be asked about. */
export const executeData = implement(dataExecute, async (ctx, { serviceId, statement }) => {
  const subject = await demandDatabase(ctx, serviceId)
  if (subject.kind === 'tables') {
    const outline = withoutValues(statement, subject.engine === 'postgres' ? 'postgres' : 'mysql')
    await recordHere({ ...ctx, db: ctx.rootDb }, { type: 'data.written', subject: subject.service.name, data: { statement: outline } })
  }
  return dataExecute.output.parse(await askData(ctx, subject, { kind: 'tables', act: 'run', ask: { statement, write: true } }))
})
