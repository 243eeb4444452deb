import type { LogLineView } from '../../contract/log'
import { plainText } from '../log-filter/fold'

type Named = { id: string; name: string }

/** A line on its way, with the names of what it is of. */
export type DrainLine = {
  /** Of the line: the same whenever it is sent again. Rises within a service. */
  id: string
  at: string
  kind: LogLineView['kind']
  stream: LogLineView['stream']
  level: LogLineView['level']
  message: string
  /** As printed, without colours; null where it says no more than the message. */
  text: string | null
  attributes: Readonly<Record<string, unknown>> | null
  organization: Named
  project: Named
  environment: Named
  /** What is gone is called by its id. */
  service: Named
  deployment: { id: string; number: number | null } | null
  /** The number of a replica, or the id of a run; null for builds and for the platform. */
  replica: string | null
}

export type LinePlace = Pick<DrainLine, 'organization' | 'project' | 'environment' | 'service' | 'deployment'>

export function drainLine({ id, at, kind, stream, level, message, attributes, text, part }: LogLineView, place: LinePlace): DrainLine {
  const plain = plainText(text)
  const said = message ?? plain
  return { id, at, kind, stream, level, message: said, text: said === plain ? null : plain, attributes, ...place, replica: part }
}

/** About how much room a line takes. */
export function sizeOf({ message, text, attributes }: DrainLine): number {
  return message.length + (text?.length ?? 0) + (attributes === null ? 0 : JSON.stringify(attributes).length) + 300
}
