import type { JobStatus } from '@/lib/domain/job'

/** Tabs of the service panel, each with its own URL. */
export const SERVICE_TABS = ['overview', 'data', 'snapshots', 'deployments', 'runs', 'variables', 'domains', 'logs', 'metrics', 'terminal', 'settings'] as const
export type ServiceTab = (typeof SERVICE_TABS)[number]

/** Tabs of the volume panel. */
export const VOLUME_TABS = ['overview', 'files', 'snapshots', 'metrics'] as const
export type VolumeTab = (typeof VOLUME_TABS)[number]

/** Every address of the console, in one place. Projects, environments and services are named by their ids. */
export const paths = {
  home: () => '/',
  welcome: () => '/welcome',
  signIn: (next?: string) => (next === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`),
  invitation: (token: string) => `/invitation/${encodeURIComponent(token)}`,
  projects: () => '/projects',
  projectSettings: (projectId: string) => `/projects/${projectId}/settings`,
  canvas: (projectId: string, environmentId: string) => `/${projectId}/${environmentId}`,
  /** Charts of the whole environment. */
  metrics: (projectId: string, environmentId: string) => `/${projectId}/${environmentId}/metrics`,
  sharedVariables: (projectId: string, environmentId: string) => `/${projectId}/${environmentId}/variables`,
  logs: (projectId: string, environmentId: string) => `/${projectId}/${environmentId}/logs`,
  service: (projectId: string, environmentId: string, serviceId: string, tab: ServiceTab = 'deployments') => `/${projectId}/${environmentId}/${serviceId}/${tab}`,
  deployment: (projectId: string, environmentId: string, serviceId: string, deploymentId: string) =>
    `/${projectId}/${environmentId}/${serviceId}/deployments/${deploymentId}`,
  run: (projectId: string, environmentId: string, serviceId: string, runId: string) => `/${projectId}/${environmentId}/${serviceId}/runs/${runId}`,
  volume: (projectId: string, environmentId: string, volumeId: string, tab: VolumeTab = 'overview') => `/${projectId}/${environmentId}/volumes/${volumeId}/${tab}`,
  activity: (projectId?: string) => (projectId === undefined ? '/activity' : `/activity?project=${projectId}`),
  alerts: () => '/alerts',
  alertRules: (projectId: string, environmentId: string) => `/projects/${projectId}/alerts/${environmentId}`,
  operations: (status?: JobStatus) => (status === undefined ? '/operations' : `/operations?status=${status}`),
  settings: (section: 'organization' | 'members' | 'tokens' | 'keys' | 'registries' | 'stores' | 'notifications' | 'drains' | 'targets' | 'account' = 'organization') => `/settings/${section}`,
  reference: (noun?: string, entryName?: string) => `/reference${noun === undefined ? '' : `/${noun}`}${entryName === undefined ? '' : `#${entryName}`}`,
} as const
