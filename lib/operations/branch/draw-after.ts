import { servicesOf } from '../../db/queries/changes'
import * as dashboards from '../../db/queries/dashboards'
import { lock, type PlacedEnvironment } from '../../db/queries/environments'
import { configure, type ServiceRow } from '../../db/queries/services'
import * as groups from '../../db/queries/groups'
import * as shared from '../../db/queries/shared-variables'
import { ofEnvironments, type VolumeRow } from '../../db/queries/volumes'
import { newId } from '../../ids'
import { openVariables, sealPlain } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { withOtherPasswords } from '../database/other-passwords'
import { drawService } from '../service/create'
import { presentVariables } from '../variable/present-variables'
import { drawVolume } from '../volume/draw-volume'

/** What was drawn, by what it was drawn after. */
export type Drawn = { services: ReadonlyMap<string, ServiceRow>; volumes: ReadonlyMap<string, VolumeRow> }

/**
 * Draws in an empty environment what another one has: shared variables, services, volumes, and with their variables the links, and what its dashboard shows.
 * Addresses are new, databases have other passwords, and nobody outside may reach one. Both environments are held.
 */
export async function drawAfter(ctx: ScopedCtx, source: PlacedEnvironment, environmentId: string): Promise<Drawn> {
  const there: ScopedCtx = { ...ctx, scope: { ...ctx.scope, environmentId, serviceId: null, deploymentId: null } }
  const environment = (await lock(ctx.db, environmentId))!
  await shareSame(there, { from: source.id, to: environmentId })
  const services = new Map<string, ServiceRow>()
  for (const service of await servicesOf(ctx.db, source.id)) {
    const { id, name, settings, x, y } = service
    const variables = withOtherPasswords(service, await presentVariables(ctx, id))
    services.set(id, await drawService(there, environment, { name, source: service.source, settings, variables, x, y }))
  }
  const volumes = new Map<string, VolumeRow>()
  for (const volume of await ofEnvironments(ctx.db, [source.id])) {
    if (volume.deletedAt !== null) continue
    const { name, x, y, limitMib, serviceId, mountPath } = volume
    const service = serviceId === null ? undefined : services.get(serviceId)
    const attachTo = service && mountPath !== null ? { service, path: mountPath } : null
    volumes.set(volume.id, await drawVolume(there, environmentId, { name, isNameGiven: false, x, y, limitMib, attachTo }))
  }
  await groupSame(ctx, { from: source.id, to: environmentId }, { services, volumes })
  await snapshotSame(ctx, { services, volumes })
  await showSame(ctx, { from: source.id, to: environmentId }, services)
  return { services, volumes }
}

/** Frames with the same in them. */
async function groupSame({ db, now }: ScopedCtx, { from, to }: { from: string; to: string }, { services, volumes }: Drawn): Promise<void> {
  for (const { id, name, x, y, width, height } of await groups.ofEnvironment(db, from)) {
    const group = await groups.insert(db, { id: newId('group'), environmentId: to, name, x, y, width, height, createdAt: now() })
    await groups.join(db, group.id, (await groups.nodesOf(db, id)).flatMap((node) => services.get(node.id)?.id ?? volumes.get(node.id)?.id ?? []))
  }
}

/** What is copied before a deploy is what was drawn here after what is copied there. */
async function snapshotSame({ db }: ScopedCtx, { services, volumes }: Drawn): Promise<void> {
  for (const { id, settings } of services.values()) {
    if (settings.snapshots === null) continue
    const of = settings.snapshots.of.flatMap((node) => services.get(node)?.id ?? volumes.get(node)?.id ?? [])
    await configure(db, id, { settings: { ...settings, snapshots: of.length === 0 ? null : { ...settings.snapshots, of } } })
  }
}

/** The charts that somebody has chosen there, of what was drawn here. One of a service that is gone shows nothing here either, and is left out. */
async function showSame({ db, now }: ScopedCtx, { from, to }: { from: string; to: string }, services: Drawn['services']): Promise<void> {
  const found = await dashboards.find(db, from)
  if (found === null) return
  const widgets = found.widgets.flatMap((widget) => {
    if (widget.serviceId === null) return [widget]
    const service = services.get(widget.serviceId)
    return service ? [{ ...widget, serviceId: service.id }] : []
  })
  await dashboards.save(db, { environmentId: to, widgets, savedAt: now(), savedBy: found.savedBy }, 0)
}

async function shareSame(ctx: ScopedCtx, { from, to }: { from: string; to: string }): Promise<void> {
  const variables = openVariables(ctx.seal, await shared.ofEnvironments(ctx.db, [from]))
  const rows = Object.entries(variables).map(([key, variable]) => {
    const { scope: _, ...sealed } = sealPlain(ctx.seal, { environmentId: to, key }, variable)
    return { id: newId('sharedVariable'), key, ...sealed }
  })
  await shared.put(ctx.db, to, rows, ctx.now())
}
