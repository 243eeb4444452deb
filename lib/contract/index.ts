import * as alert from './alert'
import * as auth from './auth'
import * as branch from './branch'
import * as change from './change'
import * as channel from './channel'
import * as compose from './compose'
import * as dashboard from './dashboard'
import * as data from './data'
import * as database from './database'
import * as deployment from './deployment'
import * as drain from './drain'
import type { Entry } from './entry'
import * as domain from './domain'
import * as group from './group'
import * as instance from './instance'
import * as job from './job'
import * as log from './log'
import * as metric from './metric'
import * as organization from './organization'
import * as project from './project'
import * as registry from './registry'
import * as rotation from './rotation'
import * as run from './run'
import * as service from './service'
import * as snapshot from './snapshot'
import * as storage from './storage'
import * as store from './store'
import * as target from './target'
import * as terminal from './terminal'
import * as traffic from './traffic'
import * as upload from './upload'
import * as use from './use'
import * as variable from './variable'
import * as volume from './volume'

/** By the name of its file, in the order of the reference. */
const MODULES = { instance, auth, organization, registry, store, target, storage, project, branch, compose, service, upload, variable, group, database, rotation, data, volume, snapshot, domain, deployment, change, run, log, terminal, use, traffic, metric, dashboard, alert, channel, drain, job }

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'access' in value && 'http' in value && 'input' in value
}

/** Where each operation is written: its file and its name there, in the order of the reference. */
export const PLACES: readonly { module: string; constant: string; entry: Entry }[] = Object.entries(MODULES).flatMap(([module, values]) =>
  Object.entries(values).flatMap(([constant, entry]) => (isEntry(entry) ? [{ module, constant, entry }] : [])),
)

/** Every operation of the platform, in that order. */
export const CONTRACT: readonly Entry[] = PLACES.map(({ entry }) => entry)
