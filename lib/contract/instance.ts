import { z } from 'zod'

import { anyone, query, self } from './entry'

export const InstanceView = z.strictObject({
  version: z.string(),
  /** True until the first account exists. */
  registrationOpen: z.boolean(),
  publicUrl: z.string(),
  /** Whether `file://` and folder sources are allowed. */
  localSources: z.boolean(),
  /** What a folder that is uploaded may hold at most: as an archive, unpacked, and how many files. */
  uploads: z.strictObject({ packedBytes: z.number(), unpackedBytes: z.number(), files: z.number().int() }),
  ingressDomain: z.string(),
  ingressPort: z.number().int(),
})
export type InstanceView = z.infer<typeof InstanceView>

export const instanceGet = query('instance.get', {
  summary: 'What this instance is and allows',
  input: z.strictObject({}),
  output: InstanceView,
  access: anyone,
  http: { method: 'GET', path: '/instance', status: 200 },
  cli: 'instance',
  fails: [],
})

export const TemplateView = z.strictObject({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  /** Names of the services it draws. */
  services: z.array(z.string()),
})
export type TemplateView = z.infer<typeof TemplateView>

export const templateList = query('template.list', {
  summary: 'Bundled templates',
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(TemplateView) }),
  access: self,
  http: { method: 'GET', path: '/templates', status: 200 },
  cli: 'template list',
  fails: [],
})
