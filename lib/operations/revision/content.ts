import { z } from 'zod'

import { Source } from '../../contract/source'
import { ServiceSettings } from '../../contract/service-settings'
import type { Configuration } from '../../domain/change'
import type { Seal } from '../../secrets/seal'
import { openRevision, sealRevision } from '../../secrets/sealed-revision'

/** A service as a revision has it. */
export type RevisedContent = Configuration & { id: string; name: string; x: number; y: number }

const Content = z.array(z.object({ id: z.string(), name: z.string(), x: z.number(), y: z.number(), source: Source, settings: ServiceSettings, variables: z.record(z.string(), z.looseObject({ value: z.string(), secret: z.boolean() })) }))

/** Every service of a revision, sealed. */
export function sealContent(seal: Seal, id: string, services: readonly RevisedContent[]): string {
  return sealRevision(seal, id, JSON.stringify(services))
}

/** Settings that came after a revision have their defaults. */
export function openContent(seal: Seal, { id, contentSealed }: { id: string; contentSealed: string }): RevisedContent[] {
  return Content.parse(JSON.parse(openRevision(seal, id, contentSealed)))
}
