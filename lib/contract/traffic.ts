import { z } from 'zod'

import { idSchema } from '../ids'
import { allow, query } from './entry'

const figures = {
  requestsPerSecond: z.number(),
  /** Of the requests: 5xx, and answers that broke off; 0 when there were none. */
  errorShare: z.number(),
  /** To the head of the answer; null when nothing was answered. */
  p95Ms: z.number().nullable(),
}

/** Requests that came to a service through the ingress. */
export const ServiceTraffic = z.strictObject({
  serviceId: idSchema('service'),
  ...figures,
  /** Requests in each step of five seconds, the oldest first. */
  curve: z.array(z.number().int()).length(60),
})
export type ServiceTraffic = z.infer<typeof ServiceTraffic>

/** Requests that one service sent to another one's private address, as far as they are known to be its. */
export const LinkTraffic = z.strictObject({ from: idSchema('service'), to: idSchema('service'), ...figures })
export type LinkTraffic = z.infer<typeof LinkTraffic>

/** Requests to the private address of a service whose caller could not be told. */
export const UnknownTraffic = z.strictObject({ to: idSchema('service'), ...figures })

/** What the last seconds brought. */
export const EnvironmentTraffic = z.strictObject({
  /** Those that were asked for anything within the last five minutes. */
  services: z.array(ServiceTraffic),
  links: z.array(LinkTraffic),
  unknown: z.array(UnknownTraffic),
})
export type EnvironmentTraffic = z.infer<typeof EnvironmentTraffic>

export const environmentTraffic = query('environment.traffic', {
  summary: 'Requests per second, share of errors and latency of each service of an environment, and of each link between them, over the last seconds',
  input: z.strictObject({ environmentId: idSchema('environment') }),
  output: EnvironmentTraffic,
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/traffic', status: 200 },
  cli: 'environment traffic <environmentId>',
  fails: ['not_found'],
})
