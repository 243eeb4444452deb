import { expect, it } from 'vitest'
import { z } from 'zod'

import { sampleDrainLine } from '../../test/harness/drain-line'
import { lokiPosting } from './loki'

// As Loki documents what it takes: labels are few and named as Prometheus has it, times are texts of nanoseconds, metadata has texts only.
const Name = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/)
const Push = z.strictObject({
  streams: z.array(
    z.strictObject({
      stream: z.record(Name, z.string()).refine((labels) => Object.keys(labels).length > 0 && Object.keys(labels).length <= 15, 'Loki takes 15 labels.'),
      values: z.array(z.union([z.tuple([z.string().regex(/^\d{19}$/), z.string()]), z.tuple([z.string().regex(/^\d{19}$/), z.string(), z.record(Name, z.string())])])).min(1),
    }),
  ),
})
const settings = { kind: 'loki' as const, url: 'https://loki.example.com', tenant: 'shop', hasMetadata: true, ca: null }
const read = (posting: { body: Uint8Array }) => Push.parse(JSON.parse(Buffer.from(posting.body).toString('utf8')))

it('writes what the push API takes, with few labels', () => {
  const lines = [
    sampleDrainLine({ id: '5', message: 'one', attributes: { 'user.id': 7, '1st': { a: [1] }, service_id: 'mine' } }),
    sampleDrainLine({ id: '6', message: 'one' }),
    sampleDrainLine({ id: '7', message: 'bad', level: 'error', text: 'bad\n  at a.js' }),
    sampleDrainLine({ id: '8', level: null, deployment: { id: 'dep_2', number: null }, replica: '1' }),
  ]
  const posting = lokiPosting(settings, { Authorization: 'a' }, lines)
  expect(posting).toMatchObject({ url: 'https://loki.example.com/loki/api/v1/push', headers: { Authorization: 'a', 'x-scope-orgid': 'shop' }, contentType: 'application/json' })
  const { streams } = read(posting)
  expect(streams.map(({ stream }) => stream)).toEqual(['info', 'error', 'unknown'].map((level) => ({ organization: 'Acme', project: 'Shop', environment: 'production', service: 'api', service_name: 'api', stream: 'stdout', level })))
  expect(streams[0]!.values.map(([at, text]) => [at, text])).toEqual([['1772359200000000005', 'one'], ['1772359200000000006', 'one']])
  expect(streams[0]!.values[0]![2]).toEqual({ line_id: '5', kind: 'runtime', organization_id: 'org_1', project_id: 'prj_1', environment_id: 'env_1', service_id: 'svc_1', deployment_id: 'dep_1', deployment: '3', replica: '0', user_id: '7', _1st: '{"a":[1]}' })
  expect(streams[1]!.values[0]![1]).toBe('bad\n  at a.js')
})

it('sends a line again with the same time, so that Loki knows it, and no metadata where that is not known', () => {
  const lines = [sampleDrainLine({ id: '123456789012', attributes: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, 'x'.repeat(1_000)])) })]
  const first = read(lokiPosting(settings, {}, lines))
  expect(first).toEqual(read(lokiPosting(settings, {}, lines)))
  expect(first.streams[0]!.values[0]![0]).toBe('1772359200000789012')
  expect(JSON.stringify(first).length).toBeLessThan(40_000)
  expect(read(lokiPosting({ ...settings, url: 'https://l.example.com/x/loki/api/v1/push', hasMetadata: false }, {}, lines)).streams[0]!.values[0]).toHaveLength(2)
  expect(lokiPosting({ ...settings, url: 'https://l.example.com/x/' }, {}, lines).url).toBe('https://l.example.com/x/loki/api/v1/push')
})
