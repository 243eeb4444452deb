import { environmentTraffic } from '../../contract/traffic'
import { linksUsed, requestsOf, stepsOf } from '../../db/queries/http'
import { curveOf, figuresOf, newestPoint, POINT_MS, POINTS, UNKNOWN_CALLER, type HttpStep } from '../../domain/http-figures'
import { implement } from '../implement'

/** Figures are of the last seconds, curves of the last minutes: what curves do not need is not read for them. */
const FIGURES_MS = 30_000

export const getEnvironmentTraffic = implement(environmentTraffic, async (ctx, { environmentId }) => {
  const now = ctx.now()
  const until = new Date(newestPoint(now))
  const all = { from: new Date(until.getTime() - (POINTS - 1) * POINT_MS), until }
  const [requests, steps, links] = await Promise.all([requestsOf(ctx.db, environmentId, all), stepsOf(ctx.db, environmentId, { from: new Date(until.getTime() - FIGURES_MS), until }), linksUsed(ctx.db, environmentId, all)])
  const of = (to: string, from: string) => figuresOf(steps.filter(({ serviceId, fromId }) => serviceId === to && fromId === from), now)
  const curves = new Map<string, typeof requests>()
  for (const step of requests) curves.set(step.serviceId, [...(curves.get(step.serviceId) ?? []), step])
  return {
    services: [...curves].map(([serviceId, own]) => ({ serviceId, ...of(serviceId, ''), curve: curveOf(own.map(asStep), now) })),
    links: links.filter(({ from }) => from !== UNKNOWN_CALLER).map(({ from, to }) => ({ from, to, ...of(to, from) })),
    unknown: links.filter(({ from }) => from === UNKNOWN_CALLER).map(({ to }) => ({ to, ...of(to, UNKNOWN_CALLER) })),
  }
})

function asStep({ at, requests }: { at: Date; requests: number }): HttpStep {
  return { at, requests, errors: 0, latency: {} }
}
