import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { deploymentList } from '../../lib/contract/deployment'
import { serviceCreate, serviceHold, serviceStop, serviceUnhold } from '../../lib/contract/service'
import { followBranches } from '../../lib/worker/follow-branches'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
let repository: string
beforeEach(async () => {
  t = await engineForTest()
  repository = mkdtempSync(join(tmpdir(), 'followed-'))
  git('init', '--quiet', '--initial-branch=main')
  commit('one')
})
afterEach(async () => {
  rmSync(repository, { recursive: true, force: true })
  await t.close()
})

const never = new AbortController().signal
const git = (...args: string[]) => execFileSync('git', ['-C', repository, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { stdio: 'pipe' }).toString().trim()
function commit(text: string): string {
  writeFileSync(join(repository, 'index.html'), text)
  git('add', '.')
  git('commit', '--quiet', '-m', text)
  return git('rev-parse', 'HEAD')
}
async function look() {
  await followBranches(t.engine, never)
  await t.settle()
}
const deployments = async (service: { id: string }) => (await t.call(deploymentList, { serviceId: service.id }, { as: t.as })).items
const service = (settings = { autoDeploy: true }, ref?: string) =>
  t.call(serviceCreate, { environmentId: t.environmentId, name: 'site', source: { type: 'git', url: `file://${repository}`, ...(ref === undefined ? {} : { ref }) }, settings }, { as: t.as })

test('a service that follows its branch is deployed when the branch has moved, once', async () => {
  const site = await service()
  await look()
  expect(await deployments(site)).toEqual([])
  await t.deploy(site)
  await t.settle()
  await look()
  expect(await deployments(site)).toHaveLength(1)
  const second = commit('two')
  await look()
  await look()
  expect(await deployments(site)).toMatchObject([{ trigger: 'automatic', status: 'active', revision: { commit: second } }, { trigger: 'manual' }])
})

test('a hold stops it, and what came meanwhile is deployed when the hold is released', async () => {
  const site = await service()
  await t.deploy(site)
  await t.settle()
  await t.call(serviceHold, { serviceId: site.id, reason: 'Freeze.' }, { as: t.as })
  commit('two')
  const third = commit('three')
  await look()
  expect(await deployments(site)).toHaveLength(1)
  await t.call(serviceUnhold, { serviceId: site.id }, { as: t.as })
  await look()
  expect(await deployments(site)).toMatchObject([{ trigger: 'automatic', revision: { commit: third } }, {}])
})

test('another branch, a stopped service, a repository that is gone, and one that does not follow are left alone', async () => {
  git('branch', 'stable')
  const site = await service({ autoDeploy: true }, 'stable')
  const other = await t.call(serviceCreate, { environmentId: t.environmentId, name: 'other', source: { type: 'git', url: `file://${repository}` } }, { as: t.as })
  for (const each of [site, other]) await t.deploy(each)
  await t.settle()
  commit('two')
  await look()
  expect([await deployments(site), await deployments(other)].map((list) => list.length)).toEqual([1, 1])
  git('branch', '--force', 'stable', 'main')
  await t.call(serviceStop, { serviceId: site.id }, { as: t.as })
  await look()
  expect(await deployments(site)).toHaveLength(1)
  rmSync(repository, { recursive: true })
  await look()
})

test('a commit that failed is not tried again', async () => {
  const site = await service()
  await t.deploy(site)
  await t.settle()
  t.breakNext(site, 'start')
  commit('two')
  await look()
  await look()
  expect(await deployments(site)).toMatchObject([{ trigger: 'automatic', status: 'failed' }, { status: 'active' }])
})
