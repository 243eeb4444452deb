import { expect, it } from 'vitest'

import { eventHref } from './event-link'

const place = { projectId: 'prj_1', environmentId: 'env_1', serviceId: 'svc_1', deploymentId: null }

it.each([
  ['service.crashed', place, '/prj_1/env_1/svc_1/logs'],
  ['deployment.failed', { ...place, deploymentId: 'dep_1' }, '/prj_1/env_1/svc_1/deployments'],
  ['environment.arranged', { ...place, serviceId: null }, '/prj_1/env_1'],
  ['dashboard.saved', { ...place, serviceId: null }, '/prj_1/env_1/metrics'],
  ['project.updated', { ...place, environmentId: null, serviceId: null }, '/projects/prj_1/settings'],
  ['service.deleted', place, null],
  ['member.updated', { ...place, projectId: null, environmentId: null, serviceId: null }, null],
])('%s leads to the right place', (type, where, href) => expect(eventHref({ type, ...where })).toBe(href))
