import { isErring, latencyWords, rateWords, trafficSentence } from '@/components/service/traffic-words'
import type { EnvironmentTraffic, LinkTraffic, ServiceTraffic } from '@/lib/contract/traffic'

import type { CanvasStore } from './store'
import { CURVE, linkKey, type DrawnLink, type DrawnService } from './traffic'

// What comes to services and goes between them is told every few seconds for all of them at once. What is drawn of one as it was keeps its
// identity, so that a node or a line is drawn anew only when its own figures change.

/** Takes what the stream tells. */
export function receiveTraffic(store: CanvasStore, { services, links }: Pick<EnvironmentTraffic, 'services' | 'links'>): void {
  store.setState(({ traffic }) => ({
    traffic: {
      services: kept(traffic.services, services.map((figures) => [figures.serviceId, drawnService(figures)])),
      links: kept(traffic.links, links.map((figures) => [linkKey(figures.from, figures.to), drawnLink(figures)])),
    },
  }))
}

function drawnService(figures: ServiceTraffic): DrawnService {
  const { requestsPerSecond, p95Ms, curve } = figures
  return { sentence: trafficSentence(figures), rate: rateWords(requestsPerSecond), p95: p95Ms === null ? null : latencyWords(p95Ms), path: curvePath(curve, CURVE), isErring: isErring(figures) }
}

function drawnLink(figures: LinkTraffic): DrawnLink {
  const { requestsPerSecond } = figures
  return requestsPerSecond > 0 ? { sentence: trafficSentence(figures), rate: rateWords(requestsPerSecond), isErring: isErring(figures), driftSeconds: driftSeconds(requestsPerSecond) } : null
}

function kept<T>(before: Readonly<Record<string, T>>, told: (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(told.map(([key, value]) => [key, JSON.stringify(before[key]) === JSON.stringify(value) ? before[key]! : value]))
}

/** Seconds in which the dashes of a link move on by one: fewer with more requests, and no fewer than the eye follows. */
export function driftSeconds(requestsPerSecond: number): number {
  return Number(Math.max(0.6, 4 - Math.log10(1 + requestsPerSecond) * 1.3).toFixed(1))
}

/** A curve as the `d` of a path in a box, the highest point at its top; null for one that is flat at zero. */
export function curvePath(curve: readonly number[], { width, height }: { width: number; height: number }): string | null {
  const top = Math.max(...curve)
  if (!(top > 0)) return null
  const step = width / (curve.length - 1)
  const round = (value: number) => Math.round(value * 10) / 10
  return `M${curve.map((value, i) => `${round(i * step)} ${round(height - (value / top) * height)}`).join('L')}`
}
