import { z } from 'zod'

import type { Entry } from '../../lib/contract/entry'

// Inputs for whatever is in the contract: real ids of somebody's things, and the least that each other field takes.

export type Ids = Readonly<Record<string, string>>

const SAMPLES: Record<string, unknown> = {
  isPinned: true,
  plan: { schedule: '@daily', keepCount: 7, keepDays: null },
  name: 'Sample',
  email: 'sample@example.com',
  role: 'viewer',
  scope: 'write',
  source: { type: 'template', template: 'node-service' },
  positions: [],
  items: [],
  number: 1,
  variables: {},
  key: 'KEY',
  connection: { kind: 'ssh', host: 'build-2.example.com', user: 'easel' },
  server: 'registry.example.com',
  username: 'sample',
  password: 'a sample token',
  endpoint: 'https://s3.example.com',
  bucket: 'samples',
  accessKeyId: 'sample',
  secret: 'a sample secret',
  reason: 'A sample reason',
  engine: 'postgres',
  allow: ['203.0.113.7'],
  text: 'KEY=value',
  path: '/data',
  action: 'read',
  confirm: 'data',
  schema: 'public',
  table: 'people',
  column: 'name',
  statement: 'select 1',
  hostname: 'www.easel-samples.com',
  chain: 'a chain',
  ticket: 'a ticket',
  sizeBytes: 1000,
  lineId: '1',
  widgets: [],
  ifVersion: 0,
  measure: 'cpu',
  from: '2026-03-01T10:00:00Z',
  until: '2026-03-01T11:00:00Z',
  kind: 'memory',
  forSeconds: 60,
  minutes: 60,
  settings: { kind: 'webhook', url: 'https://pager.example.com/hook' },
}

/** Fields whose sample depends on what is asked for. */
const LISTS: Record<string, (ids: Ids) => Record<string, unknown>> = {
  'drain.create': () => ({ settings: { kind: 'http', url: 'https://logs.example.com/in' } }),
  'environment.arrange': ({ serviceId }) => ({ positions: [{ serviceId, x: 1, y: 1 }] }),
  'environment.compose': () => ({ text: 'services:\n  web:\n    build: .\n', repository: { url: 'https://example.com/shop.git' } }),
  'change.discard': ({ serviceId }) => ({ items: [{ serviceId }] }),
  'alert.remove_rule': ({ ruleKey }) => ({ key: ruleKey }),
  'volume.transfer': () => ({ path: 'file' }),
  'volume.make_folder': () => ({ path: 'folder' }),
  'volume.remove_file': () => ({ path: 'file' }),
}

/** An input that passes the schema. */
export function inputFor(entry: Entry, ids: Ids): Record<string, unknown> {
  const schema = z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, unknown>; required?: string[] }
  const given = Object.keys(schema.properties ?? {}).filter((name) => schema.required?.includes(name) || (entry.access.kind === 'permission' && name === entry.access.field))
  return { ...Object.fromEntries(given.map((name) => [name, ids[name] ?? SAMPLES[name] ?? fail(`${entry.name} has a field ${name} without a sample value: add it to SAMPLES.`)])), ...LISTS[entry.name]?.(ids) }
}

function fail(message: string): never {
  throw new Error(message)
}
