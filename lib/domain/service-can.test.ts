import { describe, expect, it } from 'vitest'

import { DEPLOYMENT_STATUSES, isProgressing } from './deployment-status'
import { canCancel, canDelete, canDeploy, canRedeploy, canRollBack, canStart, canStop, type DeploymentFacts, type ServiceFacts } from './service-can'

const service = (facts: Partial<ServiceFacts> = {}): ServiceFacts => ({ desired: 'running', latest: { status: 'active' }, hasActive: true, ...facts })
const deployment = (facts: Partial<DeploymentFacts> = {}): DeploymentFacts => ({ number: 3, status: 'retired', artifact: 'kept', wasActive: true, ...facts })

describe('a service', () => {
  it.each([
    ['that runs', service(), 'yes'],
    ['that builds its first version', service({ hasActive: false, latest: { status: 'building' } }), 'yes'],
    ['that was never deployed', service({ hasActive: false, latest: null }), 'no'],
    ['whose only deployment failed', service({ hasActive: false, latest: { status: 'failed' } }), 'no'],
    ['that is stopped', service({ desired: 'stopped' }), 'no'],
    ['that is being deleted', service({ desired: 'deleted' }), 'no'],
  ])('%s can be stopped: %o → %s', (_, facts, answer) => {
    expect(canStop(facts) === null ? 'yes' : 'no').toBe(answer)
  })

  it.each([
    ['that is stopped', service({ desired: 'stopped' }), 'yes'],
    ['that runs', service(), 'no'],
    ['that is stopped and was never healthy', service({ desired: 'stopped', hasActive: false }), 'no'],
    ['that was never deployed', service({ hasActive: false, latest: null }), 'no'],
    ['that is being deleted', service({ desired: 'deleted' }), 'no'],
  ])('%s can be started: %o → %s', (_, facts, answer) => {
    expect(canStart(facts) === null ? 'yes' : 'no').toBe(answer)
  })

  it('can be deployed and deleted unless it is being deleted', () => {
    for (const desired of ['running', 'stopped'] as const) expect([canDeploy({ desired }), canDelete({ desired })]).toEqual([null, null])
    expect(canDeploy({ desired: 'deleted' })).toMatch(/being deleted/)
    expect(canDelete({ desired: 'deleted' })).toMatch(/being deleted/)
  })
})

describe('a deployment', () => {
  it.each(DEPLOYMENT_STATUSES)('that is %s can be cancelled exactly while it progresses', (status) => {
    const reason = canCancel(deployment({ status }))
    if (isProgressing(status)) expect(reason).toBeNull()
    else expect(reason).toContain(status)
  })

  it.each([
    ['a kept build that was healthy', deployment(), null, null],
    ['a kept build that was never healthy', deployment({ wasActive: false, status: 'failed' }), null, /never healthy/],
    ['a removed build', deployment({ artifact: 'removed' }), /was removed/, /was removed/],
    ['no build, failed', deployment({ artifact: 'none', status: 'failed', wasActive: false }), /never had a build/, /never had a build/],
    ['no build yet', deployment({ artifact: 'none', status: 'building', wasActive: false }), /still being built/, /still being built/],
  ])('with %s', (_, facts, redeploy, rollBack) => {
    for (const [reason, expected] of [[canRedeploy(facts), redeploy], [canRollBack(facts), rollBack]] as const) {
      if (expected === null) expect(reason).toBeNull()
      else expect(reason).toMatch(expected)
    }
  })
})
