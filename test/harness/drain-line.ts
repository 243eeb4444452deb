import type { DrainLine } from '../../lib/domain/drain/line'

/** A line on its way; what a test is about is given. */
export function sampleDrainLine(given: Partial<DrainLine> = {}): DrainLine {
  return { id: '1', at: '2026-03-01T10:00:00.000Z', kind: 'runtime', stream: 'stdout', level: 'info', message: 'listening', text: null, attributes: null, organization: { id: 'org_1', name: 'Acme' }, project: { id: 'prj_1', name: 'Shop' }, environment: { id: 'env_1', name: 'production' }, service: { id: 'svc_1', name: 'api' }, deployment: { id: 'dep_1', number: 3 }, replica: '0', ...given }
}
