import type { LogLineView } from '@/lib/contract/log'

/** A line of a log; what a test is about is given. */
export function sampleLine(given: Partial<LogLineView> = {}): LogLineView {
  return { id: '1', at: '2026-01-01T00:00:00.000Z', kind: 'runtime', stream: 'stdout', serviceId: 'svc_1', deploymentId: 'dep_1', part: null, level: null, message: null, attributes: null, text: 'listening', ...given }
}
