import { z } from 'zod'

import { Source } from '../../contract/source'
import { ServiceSettings } from '../../contract/service-settings'
import type { Configuration } from '../../domain/change'
import type { Seal } from '../../secrets/seal'
import { openRevision, sealRevision } from '../../secrets/sealed-revision'
import type { PlainVariables } from '../../secrets/sealed-variables'

/** A service as a revision has it. */
export type RevisedContent = Configuration & { id: string; name: string; x: number; y: number }

/** Everything that was set in an environment. `shared`: null where it was not kept yet. */
export type RevisionContent = { services: RevisedContent[]; shared: PlainVariables | null }

const Variables = z.record(z.string(), z.looseObject({ value: z.string(), secret: z.boolean() }))
const Mounts = z.array(z.object({ volumeId: z.string(), name: z.string(), path: z.string() }))
const Services = z.array(z.object({ id: z.string(), name: z.string(), x: z.number(), y: z.number(), source: Source, settings: ServiceSettings, variables: Variables, mounts: Mounts.default([]) }))
const Content = z.union([Services.transform((services) => ({ services, shared: null })), z.object({ services: Services, shared: Variables })])

/** All of a revision, sealed. */
export function sealContent(seal: Seal, id: string, content: RevisionContent): string {
  return sealRevision(seal, id, JSON.stringify(content))
}

/** Settings that came after a revision have their defaults. */
export function openContent(seal: Seal, { id, contentSealed }: { id: string; contentSealed: string }): RevisionContent {
  return Content.parse(JSON.parse(openRevision(seal, id, contentSealed))) as RevisionContent
}
