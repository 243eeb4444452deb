import { dataCell, dataKeys, DataOverview, dataOverview, dataRows, dataValue } from '../../contract/data'
import { implement } from '../implement'
import { askData, demandDatabase, notOffered } from './order'

// Looking at data. What a worker answers is held against the contract by whoever called.

export const overviewData = implement(dataOverview, async (ctx, { serviceId }): Promise<DataOverview> => {
  const subject = await demandDatabase(ctx, serviceId)
  if (subject.kind === null) return { kind: 'none', reason: notOffered(subject.engine), tables: [], hasMore: false, databases: [] }
  return DataOverview.parse(await askData(ctx, subject, { kind: subject.kind, act: 'overview', ask: {} }))
})

export const listRows = implement(dataRows, async (ctx, { serviceId, ...ask }) => dataRows.output.parse(await askData(ctx, await demandDatabase(ctx, serviceId), { kind: 'tables', act: 'rows', ask })))

export const getCell = implement(dataCell, async (ctx, { serviceId, ...ask }) => dataCell.output.parse(await askData(ctx, await demandDatabase(ctx, serviceId), { kind: 'tables', act: 'cell', ask })))

export const listKeys = implement(dataKeys, async (ctx, { serviceId, ...ask }) => dataKeys.output.parse(await askData(ctx, await demandDatabase(ctx, serviceId), { kind: 'keys', act: 'keys', ask })))

export const getValue = implement(dataValue, async (ctx, { serviceId, ...ask }) => dataValue.output.parse(await askData(ctx, await demandDatabase(ctx, serviceId), { kind: 'keys', act: 'value', ask })))
