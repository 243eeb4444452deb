import { find, type PlacedService } from '../../db/queries/services'
import { ENGINES, type EngineName } from '../../domain/engine/engines'
import { AppError, notFound } from '../../errors'
import { newId } from '../../ids'
import type { Ctx } from '../context'

/** What opens with this context is a question for a worker about the data of a database. */
export const DATA_ORDER = 'data-order'
const ORDER_MS = 60_000
const ASK_MS = 60_000

/** What is done, with what the operation was given besides its service. */
export type DataAct = 'overview' | 'rows' | 'cell' | 'run' | 'keys' | 'value' | 'figures'
export type DataOrder = { id: string; serviceId: string; act: DataAct; ask: unknown; expiresAt: string }

const KINDS: Record<EngineName, 'tables' | 'keys' | null> = { postgres: 'tables', mariadb: 'tables', mysql: 'tables', redis: 'keys', valkey: 'keys', mongodb: null }

export type DataSubject = { service: PlacedService; engine: EngineName; kind: 'tables' | 'keys' | null }

export async function demandDatabase({ db }: Pick<Ctx, 'db'>, serviceId: string): Promise<DataSubject> {
  const service = await find(db, serviceId)
  if (!service) throw notFound('service')
  if (service.source.type !== 'database') throw new AppError('not_now', 'Only a database has data that can be looked at. Files of a service are in its volumes.')
  return { service, engine: service.source.engine, kind: KINDS[service.source.engine] }
}

/** Why nothing can be seen of an engine. */
export function notOffered(engine: EngineName): string {
  return `The data of ${ENGINES[engine].word} cannot be looked at here yet. Connect to it with a client of its own.`
}

/** Asks a worker now, about a database whose data is of that kind. */
export async function askData(ctx: Pick<Ctx, 'seal' | 'now' | 'worker'>, { service, engine, kind }: DataSubject, what: { kind: 'tables' | 'keys' | null; act: DataAct; ask: object }): Promise<unknown> {
  if (kind === null) throw new AppError('not_now', notOffered(engine))
  if (kind !== what.kind) throw new AppError('not_now', `${ENGINES[engine].word} has ${kind}, not ${what.kind}.`)
  return sendOrder(ctx, { serviceId: service.id, act: what.act, ask: what.ask })
}

/** Asks a worker now, whatever the database is of. */
export async function sendOrder(ctx: Pick<Ctx, 'seal' | 'now' | 'worker'>, what: Pick<DataOrder, 'serviceId' | 'act' | 'ask'>): Promise<unknown> {
  if (!ctx.worker) throw new AppError('unavailable', 'No worker can be asked for data now. Try again in a moment.')
  const order: DataOrder = { id: newId('request'), ...what, expiresAt: new Date(ctx.now().getTime() + ORDER_MS).toISOString() }
  return ctx.worker.askData(ctx.seal.seal(JSON.stringify(order), DATA_ORDER), AbortSignal.timeout(ASK_MS))
}
