import { afterAll, beforeAll, expect, it } from 'vitest'

import { changeList } from '../../lib/contract/change'
import { jobOverview } from '../../lib/contract/job'
import { environmentGraph, projectList, type ProjectCardView } from '../../lib/contract/project'
import { clear } from '../../lib/demo/clear'
import { fill } from '../../lib/demo/fill'
import { openGround, type Ground } from '../../lib/demo/ground'
import { SERVICE_STATES } from '../../lib/domain/service-state'
import { platformForTest, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let ground: Ground
let cards: ProjectCardView[]

const environmentOf = (name: string) => cards.find((card) => card.name === name)!.environments[0]!.id

beforeAll(async () => {
  t = await platformForTest()
  ground = await openGround(t.platform, t.database)
  await fill(ground)
  cards = (await ground.call(projectList, {})).items
}, 180_000)
afterAll(() => t.close())

it('shows every state of a service at once, and stays as it is', async () => {
  const { nodes, links } = await ground.call(environmentGraph, { environmentId: environmentOf('Storefront') })
  expect(nodes.map(({ state }) => state)).toEqual(expect.arrayContaining([...SERVICE_STATES]))
  expect(links.length).toBeGreaterThan(5)
  expect(nodes.find(({ name }) => name === 'postgres')!.lastSnapshotAt).toEqual(expect.any(String))
  const { changes } = await ground.call(changeList, { environmentId: environmentOf('Storefront') })
  expect(changes.map(({ name }) => name).sort()).toEqual(['docs', 'experiment', 'web'])
})

it('leaves nobody waiting in vain: what is on its way has a job, and what runs is looked at', async () => {
  const { stuck, workers, counts } = await ground.call(jobOverview, { organizationId: ground.organizationId })
  expect(stuck).toEqual({ deployments: [], environments: [] })
  expect(workers).toMatchObject([{ isAlive: true, working: counts.working }])
  expect(counts).toMatchObject({ working: expect.any(Number) as number, waiting: 1, dead: 0 })
  const left = await t.database.sql`select task_identifier as task from graphile_worker.jobs`
  expect(new Set(left.map((row) => row.task as string))).toEqual(new Set(['run-deployment']))
})

it('has a project with many nodes, one with none, and miniatures with volumes', () => {
  const sizes = Object.fromEntries(cards.map((card) => [card.name, card.nodes.length + card.volumes.length]))
  expect(sizes).toMatchObject({ Notebook: 0, Fleet: 64 })
  expect(cards.find(({ name }) => name === 'Storefront')!.volumes.some(({ serviceId }) => serviceId === null)).toBe(true)
})

it('leaves nothing of itself when it is cleared', async () => {
  await clear(t.database.sql)
  const [left] = await t.database.sql`select (select count(*) from projects) + (select count(*) from users) + (select count(*) from events) + (select count(*) from workloads) as n`
  expect(Number(left!.n)).toBe(0)
})
