import { applyChanges } from './change/apply'
import { discardChanges } from './change/discard'
import { listChanges } from './change/list'
import { addDatabase } from './database/add'
import { exposeDatabase, hideDatabase } from './database/expose'
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
import { getRevision } from './revision/get'
import { listRevisions } from './revision/list'
import { restoreRevision } from './revision/restore'
import { cancelRun } from './run/cancel'
import { cancelRotation } from './rotation/cancel'
import { getRotation, listRotations } from './rotation/read'
import { retryRotation } from './rotation/retry'
import { rotateDatabase } from './rotation/rotate'
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
import { getEnvironmentUse, getServiceUse } from './service/use'
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
import { exportSharedVariables, exportVariables } from './variable/export'
import { importSharedVariables, importVariables } from './variable/import'
import { listSharedVariables, listVariables } from './variable/list'
import { regenerateSharedVariable, regenerateVariable } from './variable/regenerate'
import { replaceSharedVariables, replaceVariables } from './variable/replace'
import { revealSharedVariable, revealVariable } from './variable/reveal'
import { attachVolume } from './volume/attach'
import { createVolume } from './volume/create'
import { deleteVolume } from './volume/delete'
import { detachVolume } from './volume/detach'
import { listFiles, makeFolder, removeFile } from './volume/files'
import { getVolume } from './volume/get'
import { listVolumes } from './volume/list'
import { transferFile } from './volume/transfer'
import { updateVolume } from './volume/update'

/** How targets, projects, environments, services, volumes, variables, deployments, runs and jobs are done. */
export const drawingOperations: Operation[] = [
  listTargets, getTarget, createTarget, updateTarget, deleteTarget, checkTarget, preferTarget, listStorage, cleanStorage,
  createProject, listProjects, getProject, updateProject, deleteProject,
  createEnvironment, updateEnvironment, deleteEnvironment, getGraph, arrangeEnvironment,
  createService, listServices, getService, updateService, inspectService, stopService, startService, holdService, unholdService, deleteService, getServiceLogs, getServiceUse, getEnvironmentUse,
  listEngines, addDatabase, exposeDatabase, hideDatabase,
  rotateDatabase, listRotations, getRotation, cancelRotation, retryRotation,
  listVariables, replaceVariables, revealVariable, regenerateVariable, exportVariables, importVariables,
  listSharedVariables, replaceSharedVariables, revealSharedVariable, regenerateSharedVariable, exportSharedVariables, importSharedVariables,
  listVolumes, getVolume, createVolume, updateVolume, attachVolume, detachVolume, deleteVolume, listFiles, transferFile, makeFolder, removeFile,
  createDeployment, listDeployments, getDeployment, getDeploymentLogs, cancelDeployment, rollBackDeployment, redeployDeployment,
  listChanges, discardChanges, applyChanges, listRevisions, getRevision, restoreRevision,
  listRuns, getRun, createRun, cancelRun, getRunLogs,
  listTerminalPlaces, createTerminal,
  listJobs, getJobOverview, retryJob, discardJob,
  listTemplates,
]
