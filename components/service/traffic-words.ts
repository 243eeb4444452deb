import type { LinkTraffic } from '@/lib/contract/traffic'

type Figures = Pick<LinkTraffic, 'requestsPerSecond' | 'errorShare' | 'p95Ms'>

/** More of the requests than this fail: worth being seen from afar. */
const ERRS_FROM = 0.01

/** `12/s`, `0.3/s`, `1.2k/s`. */
export function rateWords(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.1) return '<0.1/s'
  if (perSecond >= 1000) return `${shortened(perSecond / 1000)}k/s`
  return `${shortened(perSecond)}/s`
}

/** `8 ms`, `0.7 ms`, `1.2 s`. */
export function latencyWords(ms: number): string {
  return ms >= 1000 ? `${shortened(ms / 1000)} s` : `${ms < 1 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`
}

/** All figures as a sentence. */
export function trafficSentence({ requestsPerSecond, errorShare, p95Ms }: Figures): string {
  const errors = errorShare === 0 ? 'no errors' : `${shortened(errorShare * 100)} % errors`
  return `${rateWords(requestsPerSecond).replace('/s', ' requests per second')}, ${errors}${p95Ms === null ? '' : `, 95 % answered within ${latencyWords(p95Ms)}`}.`
}

export function isErring({ errorShare }: Pick<Figures, 'errorShare'>): boolean {
  return errorShare > ERRS_FROM
}

function shortened(value: number): number {
  return value >= 10 ? Math.round(value) : Math.round(value * 10) / 10
}
