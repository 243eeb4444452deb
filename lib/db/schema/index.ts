import * as account from './account'
import * as alert from './alert'
import * as branch from './branch'
import * as deployment from './deployment'
import * as desired from './desired'
import * as observed from './observed'
import * as revision from './revision'
import * as rotation from './rotation'
import * as snapshot from './snapshot'
import * as storage from './storage'
import * as store from './store'
import * as target from './target'
import * as terminal from './terminal'
import * as upload from './upload'
import * as volume from './volume'

/** Every table, for Drizzle. Import tables from their own file. */
export const schema = { ...account, ...desired, ...deployment, ...observed, ...target, ...storage, ...terminal, ...revision, ...upload, ...volume, ...store, ...snapshot, ...rotation, ...branch, ...alert }
