import { describe, expect, it } from 'vitest'

import { DEPLOYMENT_STATUSES, isProgressing } from './deployment-status'
import { RUN_STATUSES, isOpen } from './run-status'
import {
  canCancel,
  canCancelRun,
  canDelete,
  canDeploy,
  canDeployAutomatically,
  canRedeploy,
  canRollBack,
  canRun,
  canStart,
  canStop,
  canUnhold,
  type DeploymentFacts,
  type ServiceFacts,
} from './service-can'

const service = (facts: Partial<ServiceFacts> = {}): ServiceFacts => ({ desired: 'running', latest: { status: 'active' }, hasActive: true, isSleeping: false, isCron: false, ...facts })
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
    ['that sleeps', service({ isSleeping: true }), 'yes'],
    ['that is stopped and was never healthy', service({ desired: 'stopped', hasActive: false }), 'no'],
    ['that was never deployed', service({ hasActive: false, latest: null }), 'no'],
    ['that is being deleted', service({ desired: 'deleted' }), 'no'],
  ])('%s can be started: %o → %s', (_, facts, answer) => {
    expect(canStart(facts) === null ? 'yes' : 'no').toBe(answer)
  })

  it.each([
    ['that runs by the clock', service({ isCron: true }), null],
    ['that listens', service(), /no schedule/],
    ['that was never healthy', service({ hasActive: false, isCron: true }), /Deploy it first/],
    ['that is stopped', service({ desired: 'stopped', isCron: true }), /Start it first/],
    ['that is being deleted', service({ desired: 'deleted', isCron: true }), /being deleted/],
  ])('%s can be run now: %o → %s', (_, facts, reason) => {
    if (reason === null) expect(canRun(facts)).toBeNull()
    else expect(canRun(facts)).toMatch(reason)
  })

  it('that is held says since when, by whom and why', () => {
    const hold = { at: '2026-11-21T10:07:00.000Z', by: { id: 'usr_1', name: 'Olivia Owner' }, reason: 'The checkout is broken' }
    expect(canDeployAutomatically(null)).toBeNull()
    expect(canDeployAutomatically(hold)).toBe('Automatic deploys are held since 21 Nov 2026, 10:07 UTC by Olivia Owner: The checkout is broken. Release the hold, or deploy by hand.')
    expect(canDeployAutomatically({ ...hold, by: null, reason: 'It did harm.' })).toContain('by Easel: It did harm. Release')
    expect(canUnhold(hold)).toBeNull()
    expect(canUnhold(null)).toMatch(/not held/)
  })

  it('can be deployed and deleted unless it is being deleted', () => {
    for (const desired of ['running', 'stopped'] as const) expect([canDeploy({ desired }), canDelete({ desired })]).toEqual([null, null])
    expect(canDeploy({ desired: 'deleted' })).toMatch(/being deleted/)
    expect(canDelete({ desired: 'deleted' })).toMatch(/being deleted/)
  })
})

describe('a run', () => {
  it.each(RUN_STATUSES)('that is %s can be cancelled exactly while it waits or is at work', (status) => {
    const reason = canCancelRun({ status })
    if (isOpen(status)) expect(reason).toBeNull()
    else expect(reason).toMatch(/cannot be cancelled any more\.$/)
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
