import type { TargetView } from '@/lib/contract/target'
import { TARGET_KIND } from '@/lib/domain/target'
import type { StateShape, StateTone } from '@/lib/domain/service-state'

export type TargetMark = { word: string; tone: StateTone; shape: StateShape }

/** Whether it can be used, as the last look found it. */
export function markOf({ seen, isBeingChecked }: Pick<TargetView, 'seen' | 'isBeingChecked'>): TargetMark {
  if (isBeingChecked) return { word: 'Checking', tone: 'progress', shape: 'ring' }
  if (seen === null) return { word: 'Not checked yet', tone: 'quiet', shape: 'dashed' }
  return seen.ok ? { word: 'Ready', tone: 'good', shape: 'dot' } : { word: 'Not usable', tone: 'bad', shape: 'cross' }
}

/** What runs there and where it is, in one line. */
export function placeOf({ kind, connection, seen }: Pick<TargetView, 'kind' | 'connection' | 'seen'>): string {
  const what = seen?.engineVersion ? `Docker ${seen.engineVersion}` : TARGET_KIND[kind].word
  switch (connection.kind) {
    case 'local':
      return 'Services run as processes, without walls between them'
    case 'socket':
      return `${what} at ${connection.path}`
    case 'tcp':
      return `${what} at ${connection.host}:${connection.port}, over ${connection.tls ? 'TLS' : 'plain TCP'}`
    case 'ssh':
      return `${what} at ${connection.user}@${connection.host}${connection.port === 22 ? '' : `:${connection.port}`}, over SSH`
  }
}

/** How much is on it. */
export function burdenOf({ environments }: Pick<TargetView, 'environments'>): string {
  return environments === 0 ? 'no environments' : environments === 1 ? '1 environment' : `${environments} environments`
}
