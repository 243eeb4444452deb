import type { EventView } from '@/lib/contract/organization'
import { FAILURE_REASONS, REMEDY } from '@/lib/domain/failure'
import { ROLES } from '@/lib/domain/permission'
import { RUN_STATUS, RUN_STATUSES } from '@/lib/domain/run-status'

import { ROLE_WORDS } from '../organization/role-words'
import { exitWords } from '../ui/exit-words'

/** What an event adds to its sentence, from its data: why it failed, which key, which role. Null when it adds nothing. */
export function eventDetail(event: Pick<EventView, 'type' | 'data'>): string | null {
  const { data } = event
  switch (event.type) {
    case 'deployment.failed':
      return failureDetail(data)
    case 'member.updated':
      return roleDetail(data.from, data.to)
    case 'invitation.created':
    case 'invitation.accepted':
      return roleDetail(data.role)
    case 'variable.revealed':
    case 'variable.regenerated':
    case 'shared_variable.revealed':
    case 'shared_variable.regenerated':
      return text(data.key)
    case 'variables.replaced':
    case 'shared_variables.replaced':
      return variablesDetail(data)
    case 'service.crashed':
    case 'service.gave_up':
      return text(data.message) ?? exitDetail(data)
    case 'service.unhealthy':
    case 'deployment.harmful':
      return text(data.message)
    case 'service.held':
      return text(data.reason)
    case 'data.written':
      return text(data.statement)
    case 'run.ended':
      return runDetail(data)
    default:
      return event.type.startsWith('deployment.') && typeof data.number === 'number' ? `Deployment ${data.number}` : null
  }
}

function failureDetail(data: EventView['data']): string | null {
  const reason = FAILURE_REASONS.find((each) => each === data.reason)
  const title = reason === undefined ? null : REMEDY[reason].title
  const message = text(data.message)
  return title !== null && message !== null ? `${title}: ${message}` : (message ?? title)
}

/** `Developer`, or `Developer → Admin`. */
function roleDetail(...roles: unknown[]): string | null {
  const words = roles.flatMap((given) => ROLES.filter((role) => role === given).map((role) => ROLE_WORDS[role].word))
  return words.length === 0 ? null : words.join(' → ')
}

function variablesDetail(data: EventView['data']): string | null {
  const parts = [
    ['Set', data.set],
    ['Removed', data.removed],
  ].flatMap(([word, keys]) => (Array.isArray(keys) && keys.length > 0 ? [`${String(word)} ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ` and ${keys.length - 8} more` : ''}`] : []))
  return parts.length === 0 ? null : parts.join('. ')
}

function exitDetail({ exitCode, signal }: EventView['data']): string | null {
  const code = typeof exitCode === 'number' ? exitCode : null
  return code === null && text(signal) === null ? null : `${exitWords({ exitCode: code, exitSignal: text(signal) })}.`
}

/** `Failed: exited with code 1.` */
function runDetail(data: EventView['data']): string | null {
  const status = RUN_STATUSES.find((each) => each === data.status)
  const more = text(data.message) ?? exitDetail(data)
  if (status === undefined) return more
  return more === null || status === 'done' ? RUN_STATUS[status].word : `${RUN_STATUS[status].word}: ${more}`
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
