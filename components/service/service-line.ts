import type { ServiceNode } from '@/lib/contract/graph'
import { isProgressing, STAGE_TITLE } from '@/lib/domain/deployment-status'
import { FAILURE_TITLE } from '@/lib/domain/failure-title'
import { RUN_STATUS } from '@/lib/domain/run-status'
import { SERVICE_STATE, type StateTone } from '@/lib/domain/service-state'

import { exitWords } from '../ui/exit-words'

export type ServiceLine = {
  text: string
  tone: StateTone
  /** Since when what the line says is true. */
  at: string | null
  /** How that time is told: ticking as mm:ss, `for 2 h`, `2 h ago` or `in 2 h`. */
  time: 'clock' | 'for' | 'ago' | null
}

/** The one line about a service below its address: what it does now, or what went wrong last. */
export function serviceLine(service: Pick<ServiceNode, 'state' | 'since' | 'latest' | 'observed' | 'replicas' | 'cron'>): ServiceLine {
  const { state, since, latest, observed } = service
  if (latest && isProgressing(latest.status) && state !== 'removing') {
    const text = latest.waitsFor.length > 0 ? `Waiting for ${listWords(latest.waitsFor)}` : latest.status === 'queued' ? 'Waiting for a builder' : latest.stage === null ? SERVICE_STATE[state].word : STAGE_TITLE[latest.stage]
    return { text, tone: 'progress', at: latest.createdAt, time: 'clock' }
  }
  if (state === 'failed') return { text: latest?.failure ? FAILURE_TITLE[latest.failure.reason] : 'The last deployment failed', tone: 'bad', at: latest?.finishedAt ?? since, time: 'ago' }
  if (state === 'crashing') return { text: crashWords(observed), tone: 'bad', at: null, time: null }
  if (state === 'crashed') return { text: `${observed ? exitWords(observed) : 'It exited'}, given up`, tone: 'bad', at: since, time: 'ago' }
  if (state === 'exited') return { text: 'Ended with code 0,', tone: 'neutral', at: since, time: 'ago' }
  if (state === 'degraded') return { text: degradedWords(service), tone: 'warning', at: null, time: null }
  if (state === 'scheduled') return cronLine(service)
  if (state === 'running' && latest?.status === 'failed') {
    const title = latest.failure ? FAILURE_TITLE[latest.failure.reason] : 'no reason is known'
    return { text: `Latest deployment failed: ${title}`, tone: 'bad', at: null, time: null }
  }
  if (state === 'running') return { text: 'Running', tone: 'neutral', at: since, time: 'for' }
  if (state === 'sleeping') return { text: 'Sleeping', tone: 'neutral', at: since, time: 'for' }
  if (state === 'suspended') return { text: 'Stopped', tone: 'neutral', at: since, time: 'ago' }
  if (state === 'not_deployed') return { text: 'Never deployed', tone: 'neutral', at: null, time: null }
  return { text: SERVICE_STATE[state].word, tone: 'neutral', at: null, time: null }
}

/** `api`, `api and db`, `api and 2 more`. */
export function listWords(names: readonly string[]): string {
  const [first = '', second] = names
  if (second === undefined) return first
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} more`
}

function crashWords(observed: ServiceNode['observed']): string {
  const isKnown = observed !== null && (observed.exitCode !== null || observed.exitSignal !== null)
  if (!isKnown && observed?.healthMessage) return observed.healthMessage
  const exit = isKnown ? exitWords(observed) : 'It exits again and again'
  return observed && observed.restarts > 0 ? `${exit}, ${observed.restarts} ${observed.restarts === 1 ? 'restart' : 'restarts'}` : exit
}

function degradedWords({ replicas, observed }: Pick<ServiceNode, 'replicas' | 'observed'>): string {
  if (replicas.wanted > 1 && replicas.healthy > 0) return `${replicas.healthy} of ${replicas.wanted} replicas are healthy`
  if (observed?.healthMessage) return observed.healthMessage
  return observed?.phase === 'running' ? 'It does not answer its health check' : 'Starting'
}

/** What runs now, or when it runs next; a run that went wrong is told until another one takes its place. */
function cronLine({ cron, state }: Pick<ServiceNode, 'cron' | 'state'>): ServiceLine {
  if (cron?.isRunning) return { text: 'Running', tone: 'progress', at: cron.lastRun?.status === 'running' ? cron.lastRun.startedAt : null, time: 'clock' }
  const at = cron?.nextDueAt ?? null
  const last = cron?.lastRun ? RUN_STATUS[cron.lastRun.status] : null
  if (last?.tone === 'bad') return { text: `Last run ${last.word.toLowerCase()}${at === null ? '' : ', next'}`, tone: 'bad', at, time: 'ago' }
  return { text: at === null ? SERVICE_STATE[state].word : 'Next run', tone: 'neutral', at, time: 'ago' }
}

/** A span as one figure: `40 s`, `5 min`, `2 h`, `3 d`. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}
