import { addDatabase } from './database/add'
import { listEngines } from './database/engines'
import { cancelDeployment } from './deployment/cancel'
import { createDeployment } from './deployment/create'
import { getDeployment } from './deployment/get'
import { listDeployments } from './deployment/list'
import { getDeploymentLogs } from './deployment/logs'
import { redeployDeployment } from './deployment/redeploy'
import { rollBackDeployment } from './deployment/rollback'
import { arrangeEnvironment } from './environment/arrange'
import { createEnvironment } from './environment/create'
import { deleteEnvironment } from './environment/delete'
import { updateEnvironment } from './environment/update'
import { getGraph } from './environment/graph'
import type { Operation } from './implement'
import { discardJob } from './job/discard'
import { listJobs } from './job/list'
import { getJobOverview } from './job/overview'
import { retryJob } from './job/retry'
import { createProject } from './project/create'
import { deleteProject } from './project/delete'
import { getProject } from './project/get'
import { listProjects } from './project/list'
import { updateProject } from './project/update'
import { cancelRun } from './run/cancel'
import { createRun } from './run/create'
import { getRun } from './run/get'
import { listRuns } from './run/list'
import { getRunLogs } from './run/logs'
import { createService } from './service/create'
import { deleteService } from './service/delete'
import { getService } from './service/get'
import { holdService } from './service/hold'
import { inspectService } from './service/inspect'
import { listServices } from './service/list'
import { getServiceLogs } from './service/logs'
import { startService } from './service/start'
import { stopService } from './service/stop'
import { unholdService } from './service/unhold'
import { updateService } from './service/update'
import { getServiceUse } from './service/use'
import { createSnapshot } from './snapshot/create'
import { deleteSnapshot } from './snapshot/delete'
import { getSnapshot } from './snapshot/get'
import { listSnapshots } from './snapshot/list'
import { getSnapshotPlan } from './snapshot/plan'
import { proveSnapshot } from './snapshot/prove'
import { restoreSnapshot } from './snapshot/restore'
import { scheduleSnapshots } from './snapshot/schedule'
import { updateSnapshot } from './snapshot/update'
import { cleanStorage } from './storage/clean'
import { listStorage } from './storage/list'
import { checkTarget } from './target/check'
import { createTarget } from './target/create'
import { deleteTarget } from './target/delete'
import { getTarget } from './target/get'
import { listTargets } from './target/list'
import { preferTarget } from './target/prefer'
import { updateTarget } from './target/update'
import { listTemplates } from './template/list'
import { createTerminal } from './terminal/create'
import { listTerminalPlaces } from './terminal/places'
import { listVariables } from './variable/list'
import { replaceVariables } from './variable/replace'
import { revealVariable } from './variable/reveal'

/** How targets, projects, environments, services, variables, deployments, runs and jobs are done. */
export const drawingOperations: Operation[] = [
  listTargets, getTarget, createTarget, updateTarget, deleteTarget, checkTarget, preferTarget, listStorage, cleanStorage,
  createProject, listProjects, getProject, updateProject, deleteProject,
  createEnvironment, updateEnvironment, deleteEnvironment, getGraph, arrangeEnvironment,
  createService, listServices, getService, updateService, inspectService, stopService, startService, holdService, unholdService, deleteService, getServiceLogs, getServiceUse,
  listEngines, addDatabase,
  listSnapshots, getSnapshot, createSnapshot, updateSnapshot, deleteSnapshot, restoreSnapshot, proveSnapshot, getSnapshotPlan, scheduleSnapshots,
  listVariables, replaceVariables, revealVariable,
  createDeployment, listDeployments, getDeployment, getDeploymentLogs, cancelDeployment, rollBackDeployment, redeployDeployment,
  listRuns, getRun, createRun, cancelRun, getRunLogs,
  listTerminalPlaces, createTerminal,
  listJobs, getJobOverview, retryJob, discardJob,
  listTemplates,
]
