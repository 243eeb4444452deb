import type { EventView } from '@/lib/contract/organization'
import { FAILURE_REASONS, REMEDY } from '@/lib/domain/failure'

import { ROLE_WORDS } from '../organization/role-words'

/** What an event adds to its sentence, from its data: why it failed, which key, which role. Null when it adds nothing. */
export function eventDetail(event: Pick<EventView, 'type' | 'data'>): string | null {
  const { data } = event
  if (event.type === 'deployment.failed') return failureDetail(data)
  if (event.type === 'variable.revealed') return text(data.key)
  if (event.type === 'member.updated' || event.type === 'invitation.created') return roleDetail(data.role)
  if (event.type === 'service.crashed' || event.type === 'service.unhealthy') return text(data.message)
  return null
}

function failureDetail(data: EventView['data']): string | null {
  const reason = FAILURE_REASONS.find((each) => each === data.reason)
  const title = reason === undefined ? null : REMEDY[reason].title
  const message = text(data.message)
  return title !== null && message !== null ? `${title}: ${message}` : (message ?? title)
}

function roleDetail(role: unknown): string | null {
  const known = (Object.keys(ROLE_WORDS) as (keyof typeof ROLE_WORDS)[]).find((each) => each === role)
  return known === undefined ? null : ROLE_WORDS[known].word
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
