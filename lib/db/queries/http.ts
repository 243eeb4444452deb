import { and, eq, gte, lte, ne } from 'drizzle-orm'

import type { Db } from '../connection'
import { httpRecent } from '../schema/http'

type Span = { from: Date; until: Date }
const within = (environmentId: string, { from, until }: Span) => and(eq(httpRecent.environmentId, environmentId), gte(httpRecent.at, from), lte(httpRecent.at, until))

/** How many requests came to each service, step by step. */
export async function requestsOf(db: Db, environmentId: string, span: Span): Promise<{ serviceId: string; at: Date; requests: number }[]> {
  const { serviceId, at, requests, fromId } = httpRecent
  return db.select({ serviceId, at, requests }).from(httpRecent).where(and(within(environmentId, span), eq(fromId, ''))).orderBy(serviceId, at)
}

/** Everything that is known of these steps: of services, whose `fromId` is empty, and of links. */
export async function stepsOf(db: Db, environmentId: string, span: Span): Promise<(typeof httpRecent.$inferSelect)[]> {
  return db.select().from(httpRecent).where(within(environmentId, span)).orderBy(httpRecent.serviceId, httpRecent.fromId)
}

/** The links that were used within these steps. */
export async function linksUsed(db: Db, environmentId: string, span: Span): Promise<{ from: string; to: string }[]> {
  return db.selectDistinct({ from: httpRecent.fromId, to: httpRecent.serviceId }).from(httpRecent).where(and(within(environmentId, span), ne(httpRecent.fromId, ''))).orderBy(httpRecent.fromId, httpRecent.serviceId)
}
