import type { PlacedEnvironment } from '../../db/queries/environments'
import { drawn, insert, isHostLabelTaken, type ServiceRow } from '../../db/queries/services'
import { firstFree, hostLabel, slugify } from '../../domain/name'
import { hasNetwork, type TargetKind } from '../../domain/target'
import { AppError } from '../../errors'
import { newId } from '../../ids'
import type { ScopedCtx } from '../context'
import type { Sketch } from './sketch'

/** Times a name or label may be taken in the moment between looking and inserting. */
const MAX_TRIES = 10
/** Longer than any name becomes. */
const UNCUT = 1_000

/**
 * Inserts services with names that are free in the environment and host labels that are free on the whole platform. Hold
 * the environment before, so that only host labels can be taken by somebody else meanwhile.
 */
export async function draw(ctx: ScopedCtx, environment: PlacedEnvironment, sketches: readonly Sketch[]): Promise<ServiceRow[]> {
  const key = keyOf(environment.target.kind)
  const taken = new Set((await drawn(ctx.db, environment.id)).map(({ name }) => key(name)))
  const rows: ServiceRow[] = []
  for (const sketch of sketches) {
    const row = await drawOne(ctx, environment, { sketch, taken })
    taken.add(key(row.name))
    rows.push(row)
  }
  return rows
}

async function drawOne(ctx: ScopedCtx, environment: PlacedEnvironment, { sketch, taken }: { sketch: Sketch; taken: Set<string> }): Promise<ServiceRow> {
  const id = newId('service')
  const key = keyOf(environment.target.kind)
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (sketch.isNameGiven && taken.has(key(sketch.name))) throw nameTaken(sketch.name)
    const name = firstFree(sketch.name, (candidate) => taken.has(key(candidate)))
    const label = await freeLabel(ctx, environment, { id, name })
    const row = await insert(ctx.db, toRow(ctx, environment, { id, name, label, sketch }))
    if (row) return row
    // Either the label went to somebody else, or the database finds names equal that differ here.
    if (!(await isHostLabelTaken(ctx.db, label))) taken.add(key(name))
  }
  throw new AppError('conflict', 'Other services are being drawn with the same name. Try again.')
}

function toRow(ctx: ScopedCtx, environment: PlacedEnvironment, drawn: { id: string; name: string; label: string; sketch: Sketch }) {
  const { id, name, label, sketch } = drawn
  const { source, settings, x, y } = sketch
  const inspection = source.type === 'database' ? null : { status: 'pending' as const, recipe: null, dockerfile: null, commit: null, failure: null, at: ctx.now().toISOString() }
  return { id, environmentId: environment.id, name, hostLabel: label, source, settings, x, y, inspection, createdAt: ctx.now(), desiredAt: ctx.now() }
}

/** `<service>-<environment>-<project>` where that fits and is free, else with some characters of the id. */
async function freeLabel(ctx: ScopedCtx, environment: PlacedEnvironment, { id, name }: { id: string; name: string }): Promise<string> {
  const parts = { service: slugify(name, 'service'), environment: environment.slug, project: environment.project.slug }
  const plain = `${parts.service}-${parts.environment}-${parts.project}`
  if (plain.length <= 63 && !(await isHostLabelTaken(ctx.db, plain))) return plain
  const short = hostLabel(parts, id.slice(-6))
  return (await isHostLabelTaken(ctx.db, short)) ? hostLabel(parts, id.slice(-22)) : short
}

/** What makes two names the same: their letters, and in a network of the environment's own the address they become there. */
export function keyOf(kind: TargetKind): (name: string) => string {
  return (name) => (hasNetwork(kind) ? slugify(name, name.toLowerCase(), UNCUT) : name.toLowerCase())
}

/** The refusal of a name that is in use. */
export function nameTaken(name: string): AppError {
  return new AppError('conflict', `This environment already has a service named ${name}, or one whose address would be the same. Choose another name.`, { fields: { name: 'Is already in use.' } })
}
