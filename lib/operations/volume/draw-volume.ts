import { countOf, insert, namesIn, type VolumeRow } from '../../db/queries/volumes'
import type { ServiceRow } from '../../db/queries/services'
import { firstFree } from '../../domain/name'
import { AppError } from '../../errors'
import { newId } from '../../ids'
import type { ScopedCtx } from '../context'
import { recordHere } from '../record-here'
import { attach } from './attach-to'

const MAX_VOLUMES = 200

export type VolumeSketch = {
  name: string
  /** Whether a person chose the name; otherwise a free one like it is taken. */
  isNameGiven: boolean
  x: number
  y: number
  limitMib: number | null
  /** A service that is held, and where the volume appears in it. */
  attachTo: { service: ServiceRow; path: string } | null
}

/** Writes a volume in an environment that is held, attached or not. Its bytes are made when it is first needed. */
export async function drawVolume(ctx: ScopedCtx, environmentId: string, sketch: VolumeSketch): Promise<VolumeRow> {
  if ((await countOf(ctx.db, environmentId)) >= MAX_VOLUMES) {
    throw new AppError('limit_exceeded', `An environment holds at most ${MAX_VOLUMES} volumes. Delete one that is no longer needed, or use another environment.`)
  }
  const taken = await namesIn(ctx.db, environmentId)
  if (sketch.isNameGiven && taken.has(sketch.name.toLowerCase())) throw volumeNameTaken(sketch.name)
  const name = firstFree(sketch.name, (candidate) => taken.has(candidate.toLowerCase()))
  const { x, y, limitMib, attachTo } = sketch
  const row = await insert(ctx.db, { id: newId('volume'), environmentId, name, x, y, limitMib, createdAt: ctx.now() })
  if (!row) throw volumeNameTaken(name)
  await recordHere(ctx, { type: 'volume.created', subject: name, environmentId })
  if (attachTo === null) return row
  await attach(ctx, row, attachTo)
  return { ...row, serviceId: attachTo.service.id, mountPath: attachTo.path }
}

/** The refusal of a name that is in use. */
export function volumeNameTaken(name: string): AppError {
  return new AppError('conflict', `This environment already has a volume named ${name}. Choose another name.`, { fields: { name: 'Is already in use.' } })
}
