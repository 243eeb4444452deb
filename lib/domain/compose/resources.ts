import type { z } from 'zod'

import type { ServiceSettings } from '../../contract/service-settings'
import { cpuMilliOf, mebibytesOf, secondsOf, wholeOf } from './measures'
import { complain, entriesOf, isYes, shown, tell, type Entries, type Findings, type Value } from './value'

export type Settings = z.input<typeof ServiceSettings>

const DEPLOY = new Set(['replicas', 'resources', 'restart_policy', 'mode', 'labels'])

/** How often a service runs, what it may use, and what happens when it ends. */
export function readResources(findings: Findings, entries: Entries): Settings {
  const deploy = inside(findings, entries, 'deploy')
  for (const [name, { at }] of deploy) if (!DEPLOY.has(name) && !name.startsWith('x-')) tell(findings, at, `deploy.${shown(name)} is left out: it belongs to a cluster.`)
  if (textIn(deploy.get('mode')?.value) === 'global') tell(findings, deploy.get('mode')!.at, 'deploy.mode: global is left out: it runs once.')
  const settings: Settings = { ...restartOf(findings, entries, deploy) }
  const replicas = replicasOf(findings, entries, deploy)
  if (replicas !== null) settings.replicas = replicas
  const limits = limitsOf(findings, entries, inside(findings, inside(findings, deploy, 'resources'), 'limits'))
  if (Object.keys(limits).length > 0) settings.limits = limits
  const grace = entries.get('stop_grace_period')
  const graceS = grace ? secondsOf(textIn(grace.value)) : null
  if (grace && graceS === null) complain(findings, grace.value.at, 'stop_grace_period must be a time such as 30s.')
  if (graceS !== null) settings.stopGraceS = Math.min(600, Math.ceil(graceS))
  if (isYes(entries.get('read_only')?.value)) settings.readOnly = true
  return settings
}

function inside(findings: Findings, entries: Entries, name: string): Entries {
  const entry = entries.get(name)
  return (entry && entriesOf(findings, entry.value, name)) ?? new Map()
}

function textIn(value: Value | undefined): string {
  return value?.kind === 'text' ? value.text : ''
}

const MOST_REPLICAS = 20

function replicasOf(findings: Findings, entries: Entries, deploy: Entries): number | null {
  const entry = deploy.get('replicas') ?? entries.get('scale')
  if (!entry || entry.value.kind === 'nothing') return null
  const wanted = wholeOf(textIn(entry.value))
  if (wanted === null || wanted < 0) {
    complain(findings, entry.value.at, 'replicas must be a whole number.')
    return null
  }
  if (wanted === 0) tell(findings, entry.at, 'It has 0 replicas in the file. It is drawn with 1, and runs only once you deploy it.')
  if (wanted > MOST_REPLICAS) tell(findings, entry.at, `It has ${wanted} replicas in the file. It is drawn with ${MOST_REPLICAS}, which is the most a service has.`)
  return Math.min(MOST_REPLICAS, Math.max(1, wanted))
}

type Limits = NonNullable<Settings['limits']>

function limitsOf(findings: Findings, entries: Entries, limits: Entries): Limits {
  const found: Limits = {}
  const memory = limits.get('memory') ?? entries.get('mem_limit')
  const cpus = limits.get('cpus') ?? entries.get('cpus')
  const pids = limits.get('pids') ?? entries.get('pids_limit')
  const memoryMib = memory ? mebibytesOf(textIn(memory.value)) : null
  const cpuMilli = cpus ? cpuMilliOf(textIn(cpus.value)) : null
  const most = pids ? wholeOf(textIn(pids.value)) : null
  if (memory && memoryMib === null) complain(findings, memory.value.at, `${shown(textIn(memory.value)) || 'A limit of memory'} is no size. Write one such as 512M.`)
  if (cpus && cpuMilli === null) complain(findings, cpus.value.at, `${shown(textIn(cpus.value)) || 'cpus'} is no number of processors. Write one such as 0.5.`)
  // Nothing, and no limit, are written as 0 and -1.
  if (memoryMib !== null && memoryMib > 0) found.memoryMib = Math.min(1024 * 1024, Math.max(16, Math.round(memoryMib)))
  if (cpuMilli !== null && cpuMilli > 0) found.cpuMilli = Math.min(256_000, Math.max(10, cpuMilli))
  if (most !== null && most > 0) found.pids = Math.min(100_000, Math.max(8, most))
  return found
}

const RESTARTS: Record<string, NonNullable<Settings['restart']>['policy']> = { no: 'never', false: 'never', none: 'never', always: 'always', 'unless-stopped': 'always', any: 'always', 'on-failure': 'on_failure' }

function restartOf(findings: Findings, entries: Entries, deploy: Entries): Pick<Settings, 'restart'> {
  const policy = inside(findings, deploy, 'restart_policy')
  const entry = policy.get('condition') ?? entries.get('restart')
  if (!entry || entry.value.kind === 'nothing') return {}
  const [word = '', count] = textIn(entry.value).split(':')
  if (!Object.hasOwn(RESTARTS, word)) {
    complain(findings, entry.value.at, `${shown(word) || 'Nothing'} is no restart policy. Write no, always, on-failure or unless-stopped.`)
    return {}
  }
  const limit = wholeOf(count ?? textIn(policy.get('max_attempts')?.value))
  return { restart: { policy: RESTARTS[word]!, ...(limit !== null && limit > 0 ? { limit: Math.min(1000, limit) } : {}) } }
}
