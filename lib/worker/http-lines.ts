import type { NewLine } from '../db/queries/engine/log-lines'
import type { AccessLine, Dropped } from '../provisioning/ingress/telemetry'

/** A request as a line of the log. */
export function lineOf({ at, serviceId: _serviceId, deploymentId, replica, ...facts }: AccessLine): NewLine {
  const { method, path, status, durationMs, outcome } = facts
  const text = `${method} ${path} ${status} ${Math.round(durationMs)} ms`
  const level = status >= 500 || outcome === 'broke_off' ? 'error' : status >= 400 ? 'warn' : 'info'
  return { kind: 'http', stream: 'stdout', at: new Date(at), text, deploymentId, part: replica, level, message: text, attributes: { ...facts, replica } }
}

/** Says that there were more requests than lines. */
export function droppedLine({ from, until, lines }: Dropped): NewLine {
  const seconds = Math.max(1, Math.ceil((until - from) / 1000))
  const text = `${lines.toLocaleString('en-US')} access lines dropped in ${seconds === 1 ? 'this second' : `these ${seconds} seconds`}. The requests are counted in the metrics.`
  return { kind: 'http', stream: 'platform', at: new Date(until), text, deploymentId: null, level: 'warn', message: text, attributes: { dropped: lines } }
}
