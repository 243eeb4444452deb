import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { authRegister } from '../../lib/contract/auth'
import { environmentCompose } from '../../lib/contract/compose'
import { invitationCreate } from '../../lib/contract/organization'
import { environmentGraph } from '../../lib/contract/project'
import { serviceCreate, variableList, variableReveal } from '../../lib/contract/service'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
  await t.database.sql`insert into targets (id, organization_id, name, kind, created_at) values (${BUILT_IN_TARGETS.docker}, null, 'Docker', 'docker', now()) on conflict do nothing`
})
beforeEach(async () => {
  environmentId = (await t.project(as)).environmentId
  await t.database.sql`update environments set target_id = ${BUILT_IN_TARGETS.docker} where id = ${environmentId}`
})
afterAll(() => t.close())

const compose = (text: string, more: object = {}) => t.call(environmentCompose, { environmentId, text, ...more }, { as })
const graph = () => t.call(environmentGraph, { environmentId }, { as })
const events = async () => (await t.database.sql`select type from events where environment_id = ${environmentId} order by id`).map(({ type }) => type as string)

const FILE = `
services:
  web:
    image: ghcr.io/ada/web:\${TAG:-1}
    ports: ["80:3000"]
    environment:
      DATABASE_URL: postgres://shop:s3cret@db:5432/shop
      SELF: http://web:3000
    volumes: [uploads:/data]
  db:
    image: postgres:16
    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: s3cret }
    volumes: [data:/var/lib/postgresql/data]
volumes: { data: , uploads: }
`

describe('a compose file', () => {
  it('is drawn as its preview says, with its links', async () => {
    const preview = await compose(FILE, { preview: true, values: { TAG: '2' } })
    expect(preview).toMatchObject({ problems: [], asks: [{ name: 'TAG', default: '1', required: false }], drawn: { services: [], volumes: [] } })
    expect((await graph()).nodes).toEqual([])
    expect(await events()).not.toContain('service.created')

    const { drawn, ...same } = await compose(FILE, { values: { TAG: '2' } })
    expect({ ...same, drawn: preview.drawn }).toEqual(preview)
    const { nodes, volumes, links } = await graph()
    expect(nodes.map(({ id, name, source, revision }) => ({ id, name, source, revision }))).toEqual([
      { id: drawn.services[0]!.id, name: 'web', source: { type: 'image', reference: 'ghcr.io/ada/web:2' }, revision: drawn.services[0]!.revision },
      { id: drawn.services[1]!.id, name: 'db', source: { type: 'database', engine: 'postgres', version: '16' }, revision: drawn.services[1]!.revision },
    ])
    expect(volumes.map(({ name }) => name).sort()).toEqual(['data', 'uploads'])
    expect(links).toEqual(expect.arrayContaining([expect.objectContaining({ from: nodes[0]!.id, to: nodes[1]!.id })]))
    expect(new Set([...nodes, ...volumes].map(({ x, y }) => `${x} ${y}`)).size).toBe(4)
    expect((await t.call(variableReveal, { serviceId: nodes[1]!.id, key: 'POSTGRES_PASSWORD' }, { as })).value).toBe('s3cret')
    expect((await events()).filter((type) => type === 'environment.composed')).toHaveLength(1)
  })

  it('takes free names where its own are taken, and its references follow', async () => {
    await compose(FILE)
    const second = await compose(FILE)
    expect(second.services.map(({ name }) => name)).toEqual(['web-2', 'db-2'])
    expect(second.volumes.map(({ name, service }) => `${name} ${service}`)).toEqual(['uploads-2 web-2', 'data-2 db-2'])
    const { variables } = await t.call(variableList, { serviceId: second.drawn.services[0]!.id }, { as })
    expect(Object.fromEntries(variables.map(({ key, value }) => [key, value]))).toEqual({ DATABASE_URL: '${{db-2.DATABASE_URL}}', SELF: '${{web-2.URL}}' })
    const own = await t.call(variableList, { serviceId: second.drawn.services[1]!.id }, { as })
    expect(own.variables.find(({ key }) => key === 'DATABASE_URL')!.value).toContain('${{db-2.POSTGRES_USER}}')
    expect(await compose(FILE, { preview: true })).toMatchObject({ services: [{ name: 'web-3' }, { name: 'db-3' }] })
  })

  it('is drawn as a whole or not at all', async () => {
    await expect(compose(`${FILE.replace('volumes: {', 'x-volumes: {')}\n  # a service of its own\n`.replace('  db:', '  worker:\n    image: "not an image"\n  db:'))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/^Line \d+, column \d+: The image not an image cannot be used/) })
    await expect(compose('services:\n  web:\n    image: nginx\n  api:\n    build: ./api\n')).rejects.toMatchObject({ code: 'invalid_input', fields: { 'repository.url': expect.any(String) } })
    // Room for one of the two volumes only.
    await t.database.sql`insert into volumes (id, environment_id, name, x, y, created_at) select 'vol_' || lpad(n::text, 22, '0'), ${environmentId}, 'v' || n, 0, 0, now() from generate_series(1, 199) n`
    await expect(compose(FILE)).rejects.toMatchObject({ code: 'limit_exceeded' })
    expect((await graph()).nodes).toEqual([])
    expect(await events()).not.toContain('environment.composed')
  })

  it('is refused where images cannot run, and to those who may not draw', async () => {
    await t.database.sql`update environments set target_id = ${BUILT_IN_TARGETS.process} where id = ${environmentId}`
    const { problems } = await compose(FILE, { preview: true })
    expect(problems.map(({ line, message }) => `${line} ${message}`)).toEqual([expect.stringMatching(/^4 The image ghcr.io\/ada\/web:1 cannot run here/), expect.stringMatching(/^11 /)])
    expect(await compose('services:\n  web:\n    build: ./web\n    mem_limit: 1g\n', { preview: true, repository: { url: 'https://example.com/shop.git' } })).toMatchObject({ problems: [], services: [{ name: 'web', needsRepository: false, differences: [{ after: 'https://example.com/shop.git in web' }] }] })
    const { token } = await t.call(invitationCreate, { organizationId: as.organization!.id, email: 'viewer@example.com', role: 'viewer' }, { as })
    const viewer = await t.call(authRegister, { email: 'viewer@example.com', password: 'correct horse', name: 'Vic Viewer', invitation: token })
    await expect(t.call(environmentCompose, { environmentId, text: FILE, preview: true }, { as: viewer })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('stands around the place that was chosen, and covers nothing', async () => {
    await t.call(serviceCreate, { environmentId, name: 'here', source: { type: 'image', reference: 'nginx' }, x: 1000, y: 1000 }, { as })
    await compose(FILE, { x: 1000, y: 1000 })
    const { nodes, volumes } = await graph()
    const all = [...nodes, ...volumes]
    for (const [index, one] of all.entries()) for (const other of all.slice(index + 1)) expect(Math.abs(one.x - other.x) >= 264 || Math.abs(one.y - other.y) >= 100).toBe(true)
    expect(Math.max(...all.map(({ x, y }) => Math.hypot(x - 1000, y - 1000)))).toBeLessThan(1000)
  })
})
