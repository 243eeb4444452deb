import { z } from 'zod'

import { idSchema } from '../ids'
import { PageInput, PersonView, page } from './common'
import { allow, command, query } from './entry'
import { RunSummary } from './graph'
import { LogInput, LogPage } from './log'

const serviceId = idSchema('service')
const runId = idSchema('run')

/** One run of a service that runs by the clock. */
export const RunView = RunSummary.extend({
  serviceId,
  /** The version that runs. */
  deploymentId: idSchema('deployment'),
  deploymentNumber: z.number().int(),
  durationMs: z.number().int().nullable(),
  /** Such as `SIGKILL`, when a signal ended it. */
  exitSignal: z.string().nullable(),
  /** What else is to be said of its end, as a sentence. */
  message: z.string().nullable(),
  /** Somebody or something asked for its end, and it has not ended yet. */
  isEnding: z.boolean(),
  /** Who asked for it; null for those of the schedule. */
  createdBy: PersonView.nullable(),
})
export type RunView = z.infer<typeof RunView>

export const runList = query('run.list', {
  summary: 'Runs of a service that runs by the clock, the last due first',
  input: z.strictObject({ serviceId, ...PageInput }),
  output: page(RunView),
  access: allow('deployment.read', 'service'),
  http: { method: 'GET', path: '/services/{serviceId}/runs', status: 200 },
  cli: 'run list <serviceId>',
  fails: ['not_found'],
})

export const runGet = query('run.get', {
  summary: 'One run of a service that runs by the clock',
  input: z.strictObject({ runId }),
  output: RunView,
  access: allow('deployment.read', 'run'),
  http: { method: 'GET', path: '/runs/{runId}', status: 200 },
  cli: 'run show <runId>',
  fails: ['not_found'],
})

export const runCreate = command('run.create', {
  summary: 'Run a service that runs by the clock now, besides its schedule',
  input: z.strictObject({ serviceId }),
  output: RunView,
  access: allow('deployment.create', 'service'),
  http: { method: 'POST', path: '/services/{serviceId}/runs', status: 202 },
  cli: 'run now <serviceId>',
  fails: ['not_found', 'not_now', 'limit_exceeded'],
})

export const runCancel = command('run.cancel', {
  summary: 'Cancel a run that waits, or end one that is at work',
  input: z.strictObject({ runId }),
  output: RunView,
  access: allow('deployment.create', 'run'),
  http: { method: 'POST', path: '/runs/{runId}/cancel', status: 202 },
  cli: 'run cancel <runId>',
  fails: ['not_found', 'not_now'],
})

export const runLogs = query('run.logs', {
  summary: 'Log of one run',
  input: z.strictObject({ runId, ...LogInput }),
  output: LogPage,
  access: allow('log.read', 'run'),
  http: { method: 'GET', path: '/runs/{runId}/logs', status: 200 },
  cli: 'run logs <runId>',
  fails: ['not_found'],
  streams: true,
})
