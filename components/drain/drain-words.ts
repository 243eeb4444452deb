import type { StateTone } from '@/lib/domain/service-state'
import type { DrainView } from '@/lib/contract/drain'
import type { DrainKind } from '@/lib/domain/drain/settings'

export const KIND_LABEL: Record<DrainKind, string> = { http: 'HTTP', syslog: 'Syslog', loki: 'Loki', otlp: 'OpenTelemetry' }

export const STATE: Record<DrainView['state'], { label: string; tone: StateTone }> = {
  sending: { label: 'Sending', tone: 'good' },
  behind: { label: 'Behind', tone: 'warning' },
  failing: { label: 'Failing', tone: 'bad' },
  paused: { label: 'Paused', tone: 'quiet' },
}

/** Where it leads. */
export function targetWords({ settings, headerNames, hasTag }: DrainView): string {
  const secret = headerNames.length > 0 ? `, with ${headerNames.join(', ')}` : hasTag ? ', with a tag' : ''
  if (settings.kind === 'syslog') return `Syslog to ${settings.host}:${settings.port} over ${settings.transport.toUpperCase()}${secret}`
  const what = settings.kind === 'otlp' ? ` (${settings.sends.join(' and ')})` : ''
  return `${KIND_LABEL[settings.kind]}${what} to ${settings.url}${secret}`
}

/** Whose lines they are, and which of them. */
export function choiceWords({ project, environment, filter, kinds, settings }: DrainView): string {
  const whose = environment !== null && project !== null ? `${project.name} / ${environment.name}` : project !== null ? `all of ${project.name}` : 'the whole organization'
  if (settings.kind === 'otlp' && !settings.sends.includes('logs')) return `Metrics of ${whose}`
  const which = kinds.length === 4 ? 'Every line' : `Lines of the kinds ${kinds.join(', ')}`
  return `${which} of ${whose}${filter === '' ? '' : ` that fits ${filter}`}`
}

export function countWords(lines: number, isMore = false): string {
  return `${isMore ? 'more than ' : ''}${lines.toLocaleString('en-US')} ${lines === 1 ? 'line' : 'lines'}`
}

export function testWords({ status, answer }: NonNullable<DrainView['test']>): string {
  if (status === 'queued') return 'A test line is being sent…'
  return status === 'sent' ? `The test line was taken. ${answer ?? ''}` : `The test line was not taken. ${answer ?? ''}`
}
