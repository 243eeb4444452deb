import { databaseWords } from './engine/engines'
import type { Source } from '../contract/source'

/** What the fields of a service's settings are called on screens. */
export const FIELD_WORDS: Readonly<Record<string, string>> = {
  installCommand: 'Install command',
  buildCommand: 'Build command',
  startCommand: 'Start command',
  preDeployCommand: 'Pre-deploy command',
  preDeployTimeoutS: 'Pre-deploy time limit (s)',
  outputDirectory: 'Output folder',
  replicas: 'Replicas',
  rollout: 'Rollout',
  holdS: 'Longest wait of a request (s)',
  overlapS: 'Overlap (s)',
  drainS: 'Drain (s)',
  stopGraceS: 'Time to stop (s)',
  sleepAfterS: 'Sleep after (s)',
  autoDeploy: 'Deploy when the branch moves',
  accessLines: 'A log line for each request',
  openTelemetry: 'OpenTelemetry',
  metricsPath: 'Path of its metrics',
  entrypoint: 'Entrypoint',
  containerPort: 'Port in the container',
  readOnly: 'Read-only file system',
  'health.kind': 'Health check',
  'health.path': 'Health check path',
  'health.command': 'Health check command',
  'health.intervalS': 'Health check interval (s)',
  'health.timeoutS': 'Health check time limit (s)',
  'health.failures': 'Failed checks until unhealthy',
  'health.successes': 'Passed checks until healthy',
  'health.deadlineS': 'Time to become healthy (s)',
  'health.restartAfterS': 'Unhealthy time until a restart (s)',
  'restart.policy': 'Restart policy',
  'restart.limit': 'Restarts in a row',
  'build.builder': 'Builder',
  'build.dockerfile': 'Dockerfile',
  'build.stage': 'Stage of the Dockerfile',
  'build.args': 'Build arguments',
  'build.prune': 'Leave out development packages',
  'limits.memoryMib': 'Memory limit (MiB)',
  'limits.cpuMilli': 'CPU limit (thousandths)',
  'limits.pids': 'Process limit',
  cron: 'Schedule',
  'cron.schedule': 'Schedule',
  'cron.timeZone': 'Time zone of the schedule',
  'cron.overlap': 'When a run is still at work',
  'cron.timeoutS': 'Time limit of a run (s)',
  guard: 'Undo harmful releases',
  'guard.minutes': 'Minutes a release is watched',
  snapshots: 'Snapshots before deploys',
  'snapshots.of': 'Snapshots before deploys, of',
  'snapshots.keep': 'Snapshots before deploys that are kept',
  'snapshots.timeoutS': 'Time limit of snapshots before deploys (s)',
  'snapshots.onFailure': 'Without a snapshot',
}

/** A value of a setting in words; null for none. */
export function showValue(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(', ')
  if (typeof value === 'object') {
    const entries = Object.entries(value)
    return entries.length === 0 ? null : entries.map(([name, part]) => `${name}=${Array.isArray(part) ? part.join(' and ') : String(part)}`).join(', ')
  }
  return String(value)
}

/** A source in words. */
export function showSource(source: Source): string {
  const folder = 'rootDirectory' in source && source.rootDirectory ? ` in ${source.rootDirectory}` : ''
  switch (source.type) {
    case 'git':
      return `${source.url}${source.ref ? ` at ${source.ref}` : ''}${folder}${source.sshKeyId ? ', with an SSH key' : ''}`
    case 'local':
      return `${source.path}${folder}`
    case 'upload':
      return `${uploadWords(source)}${folder}`
    case 'template':
      return `template ${source.template}`
    case 'database':
      return databaseWords(source)
    case 'image':
      return `image ${source.reference}${source.registryId ? ', with credentials' : ''}${source.follow ? `, followed${source.follow.window ? ` from ${source.follow.window.from} to ${source.follow.window.to} ${source.follow.window.timeZone}` : ''}` : ''}`
  }
}

/** An uploaded folder, with the end of its id, by which one version is told from the next. */
export function uploadWords({ name, uploadId }: Extract<Source, { type: 'upload' }>): string {
  return `uploaded folder ${name} (${uploadId.slice(-6)})`
}
