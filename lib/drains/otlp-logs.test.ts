import { expect, it } from 'vitest'

import { decoded } from '../../test/harness/otlp'
import { sampleDrainLine } from '../../test/harness/drain-line'
import { logsBody, rejectedLogs } from './otlp-logs'

type Value = { stringValue?: string; intValue?: string | number; doubleValue?: number; kvlistValue?: { values: Attribute[] }; arrayValue?: unknown; boolValue?: boolean }
type Attribute = { key: string; value: Value }
type Request = { resourceLogs: { resource: { attributes: Attribute[] }; scopeLogs: { scope: { name: string }; logRecords: { timeUnixNano: string; severityNumber?: number | string; severityText?: string; body: Value; attributes: Attribute[]; traceId?: Uint8Array }[] }[] }[] }

const valuesOf = (attributes: Attribute[]) => Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value]))
const NOW = new Date('2026-03-01T10:00:05Z')

it('writes records that OpenTelemetry reads, of one resource each', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const lines = [
    sampleDrainLine({ id: '9007199254740993', message: 'paid', text: '{"msg":"paid"}', level: 'warn', stream: 'stderr', attributes: { user: { id: 7, tags: ['a', null, 1.5] }, trace_id: trace, ok: true }, at: '2026-03-01T10:00:00.123Z' }),
    sampleDrainLine({ id: '9007199254740994', message: 'again', level: null }),
    sampleDrainLine({ message: 'other', service: { id: 'svc_2', name: 'web' }, deployment: null, replica: null }),
  ]
  const { resourceLogs } = decoded<Request>('logs', logsBody('protobuf', lines, NOW))
  expect(resourceLogs.map(({ scopeLogs }) => scopeLogs[0]!.logRecords.map(({ body }) => body.stringValue))).toEqual([['paid', 'again'], ['other']])
  expect(valuesOf(resourceLogs[0]!.resource.attributes)).toMatchObject({ 'service.name': 'api', 'service.namespace': 'Shop', 'service.instance.id': 'dep_1.0', 'service.version': '3', 'deployment.environment.name': 'production', 'easel.organization.id': 'org_1' })
  const [first, second] = resourceLogs[0]!.scopeLogs[0]!.logRecords
  expect(first).toMatchObject({ timeUnixNano: '1772359200123000000', severityNumber: 13, severityText: 'WARN' })
  expect(valuesOf(first!.attributes)).toMatchObject({ 'log.record.uid': '9007199254740993', 'log.iostream': 'stderr', 'log.record.original': '{"msg":"paid"}', 'easel.log.kind': 'runtime', ok: { boolValue: true } })
  expect(Buffer.from(first!.traceId!).toString('hex')).toBe(trace)
  expect(second!.severityText ?? '').toBe('')
  const json = JSON.parse(Buffer.from(logsBody('json', lines, NOW)).toString('utf8')) as Request
  expect(json.resourceLogs[0]!.scopeLogs[0]!.logRecords[0]).toMatchObject({ timeUnixNano: '1772359200123000000', severityNumber: 13, body: { stringValue: 'paid' }, traceId: trace })
})

it('hears of records that were not taken', () => {
  expect(rejectedLogs('json', Buffer.from('{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}'))).toEqual({ lines: 2, message: 'too old' })
  // Field 1, a message with 3 as its first field and two letters as its second.
  expect(rejectedLogs('protobuf', Buffer.from([0x0a, 0x06, 0x08, 0x03, 0x12, 0x02, 0x6e, 0x6f]))).toEqual({ lines: 3, message: 'no' })
  for (const [encoding, body] of [['json', '{}'], ['json', 'ok'], ['protobuf', ''], ['json', '{"partialSuccess":{}}']] as const) expect(rejectedLogs(encoding, Buffer.from(body))).toBeNull()
})
