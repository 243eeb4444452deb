import type { DrainLine } from '../domain/drain/line'
import type { LogLevel } from '../domain/log-level'

// Messages as RFC 5424 says, and how they follow each other on a stream (RFC 6587, 3.4.1: each has its length before it, so that it may have line ends in it).

/** What is between brackets is ours: the number is the one that is kept for everybody's own use (RFC 5612). */
const OURS = 'easel@32473'
const SEVERITY: Record<LogLevel, number> = { fatal: 2, error: 3, warn: 4, info: 6, debug: 7, trace: 7 }
const NOT_SAID = 6
const MOST_ATTRIBUTES = 8_000
/** A datagram that fits wherever IPv4 does, as RFC 5426 has it, is small; most receivers take this much. */
const MOST_DATAGRAM_BYTES = 8_192
/** What receivers take of one message of a stream: syslog-ng closes the connection for more than this, and rsyslog, for more than 200,000, loses its place and all that follows. */
const MOST_FRAME_BYTES = 65_536
const CUT_NOTE = Buffer.from(' … [line cut]')

export type Frame = { facility: number; tag: string | undefined }

/** A line as a message. */
export function syslogMessage(line: DrainLine, { facility, tag }: Frame): string {
  const { at, level, kind, environment, project, service, replica, message, text } = line
  const priority = facility * 8 + (level === null ? NOT_SAID : SEVERITY[level])
  const host = nameOf(`${environment.name}.${project.name}`, 255)
  return `<${priority}>1 ${at} ${host} ${nameOf(service.name, 48)} ${nameOf(replica ?? '', 128)} ${kind} ${structuredData(line)}${tag ?? ''} \u{feff}${text ?? message}`
}

/** As it goes over a stream; what is longer than receivers take is cut, and says so. */
export function counted(message: string): Buffer {
  const whole = Buffer.from(message)
  const bytes = whole.length > MOST_FRAME_BYTES ? Buffer.concat([cutTo(whole, MOST_FRAME_BYTES - CUT_NOTE.length), CUT_NOTE]) : whole
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
}

/** As much of a message as goes into a datagram, cut between characters. */
export function datagram(message: string): Buffer {
  return cutTo(Buffer.from(message), MOST_DATAGRAM_BYTES)
}

function cutTo(bytes: Buffer, most: number): Buffer {
  if (bytes.length <= most) return bytes
  let end = most
  while ((bytes[end]! & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}

/** Names have printable ASCII only, without blanks. */
function nameOf(text: string, most: number): string {
  const name = text.replace(/[^\x21-\x7e]+/g, '-').slice(0, most)
  return name === '' ? '-' : name
}

function structuredData({ id, organization, project, environment, service, deployment, replica, stream, level, attributes }: DrainLine): string {
  const facts: [string, string | null][] = [
    ['line', id],
    ['organization', organization.name],
    ['organizationId', organization.id],
    ['project', project.name],
    ['projectId', project.id],
    ['environment', environment.name],
    ['environmentId', environment.id],
    ['service', service.name],
    ['serviceId', service.id],
    ['deploymentId', deployment?.id ?? null],
    ['deployment', deployment === null || deployment.number === null ? null : String(deployment.number)],
    ['replica', replica],
    ['stream', stream],
    ['level', level],
    ['attributes', attributes === null ? null : shortened(JSON.stringify(attributes))],
  ]
  return `[${OURS}${facts.map(([name, value]) => (value === null ? '' : ` ${name}="${value.replace(/["\\\]]/g, '\\$&')}"`)).join('')}]`
}

/** JSON that is cut is none: there are attributes or not. */
function shortened(json: string): string | null {
  return json.length > MOST_ATTRIBUTES ? null : json
}
