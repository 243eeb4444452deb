import type { Db } from '../db/connection'
import { allTargets, targetById, targetOfEnvironment, type TargetRow } from '../db/queries/engine/targets'
import { AppError } from '../errors'
import type { Log } from '../log'
import type { DockerConnection } from '../provisioning/docker/connection'
import type { Target, Targets } from '../provisioning/targets'
import { openConnection } from '../secrets/sealed-connection'
import type { Seal } from '../secrets/seal'
import { impatient } from './impatient'

// One driver per target for as long as the way to it stays the same. Rows are read each time: whoever adds, changes or
// removes a target needs to tell nobody.

export type DockerPlace = { id: string; connection: DockerConnection; settings: TargetRow['settings'] }
export type Made = Pick<Target, 'driver' | 'images' | 'storage'>

/** How drivers are made. Nothing is connected by that. */
export type Makers = { process(): Made; docker(place: DockerPlace): Made }

type Known = { /** Text that changes when the driver has to be made anew. */ way: string; target: Target; unwatch(): void }

export function makeTargets({ db, seal, log, makers }: { db: Db; seal: Seal; log: Log; makers: Makers }): Targets {
  const known = new Map<string, Known>()
  const watchers = new Set<(environmentId: string) => void>()

  const letGo = ({ target, unwatch }: Known) => {
    known.delete(target.id)
    unwatch()
    target.driver.close().catch((cause: unknown) => log.warn({ target: target.id, cause }, 'a target could not be let go of'))
  }

  const of = (row: TargetRow): Target => {
    const way = `${row.connectionSealed} ${JSON.stringify(row.settings)}`
    const former = known.get(row.id)
    if (former?.way === way) return Object.assign(former.target, { name: row.name })
    const target = { id: row.id, name: row.name, ...make(row) }
    if (former) letGo(former)
    const unwatch = target.driver.watch((environmentId) => watchers.forEach((watcher) => watcher(environmentId)))
    known.set(row.id, { way, target, unwatch })
    return target
  }

  const make = ({ id, name, kind, connectionSealed, settings }: TargetRow): Made => {
    if (kind === 'process') return makers.process()
    if (connectionSealed === null) throw new AppError('unavailable', `How ${name} is reached is not known. Set its connection anew.`)
    const made = makers.docker({ id, settings, connection: openConnection<DockerConnection>(seal, id, connectionSealed) })
    return { ...made, driver: impatient(made.driver, name) }
  }

  return {
    async byId(id) {
      const row = await targetById(db, id)
      if (!row) throw new AppError('unavailable', 'The target of this environment does not exist any more.')
      return of(row)
    },
    async ofEnvironment(environmentId) {
      const row = await targetOfEnvironment(db, environmentId)
      return row && of(row)
    },
    async all() {
      const rows = await allTargets(db)
      const present = new Set(rows.map((row) => row.id))
      for (const one of known.values()) if (!present.has(one.target.id)) letGo(one)
      return rows.flatMap((row) => {
        try {
          return [of(row)]
        } catch (cause) {
          log.warn({ target: row.id, cause }, 'a target cannot be worked with')
          return []
        }
      })
    },
    watch(onChange) {
      watchers.add(onChange)
      return () => void watchers.delete(onChange)
    },
    async close() {
      const targets = [...known.values()]
      for (const { unwatch } of targets) unwatch()
      known.clear()
      await Promise.all(targets.map(({ target }) => target.driver.close()))
    },
  }
}
