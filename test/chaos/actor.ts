import { VERSIONS, type Version } from '../harness/sample-repository'
import * as model from './model'
import type { EnvironmentModel, Model, ServiceModel } from './model'
import type { Random } from './random'
import type { Answer, Rest } from '../harness/rest'

// Somebody who does one thing after the other to services that nobody else touches, and notes in the model what was
// acknowledged. A refusal (4xx) is an answer as good as any; what it refuses is then not expected.

export type Actor = { rest: Rest; random: Random; model: Model; projectId: string; repository: string; say(line: string): void }

const MOST_SERVICES = 3
const MOST_ENVIRONMENTS = 3

const WEIGHTS = { create: 5, deploy: 8, spoil: 3, cancel: 3, rollback: 2, redeploy: 2, stop: 2, start: 3, mark: 3, rename: 1, look: 4, delete: 1, environment: 1, takeDown: 1 } as const
type Deed = keyof typeof WEIGHTS

const GOOD: readonly Version[] = ['v1', 'v2', 'v3']
const SPOILT: readonly Version[] = VERSIONS.filter((version) => version === 'crash' || version === 'broken')
const SETTINGS = { buildCommand: 'node build.js', drainS: 0, stopGraceS: 2, health: { kind: 'http', deadlineS: 90 } }

/** Does one thing. */
export async function doOne(actor: Actor): Promise<void> {
  const { random } = actor
  const deed = random.weighted(WEIGHTS)
  const services = actor.model.services.filter(({ desired }) => desired !== 'deleted')
  const service = services.length === 0 ? null : random.pick(services)
  const said = service === null && deed !== 'environment' && deed !== 'takeDown' ? await DEEDS.create(actor, null) : await DEEDS[deed](actor, service)
  if (said) actor.say(`${deed} ${said}`)
}

type Doing = (actor: Actor, service: ServiceModel | null) => Promise<string | null>

const DEEDS: Record<Deed, Doing> = {
  async create(actor) {
    if (actor.model.services.filter(({ desired }) => desired !== 'deleted').length >= MOST_SERVICES) return null
    const environment = actor.random.pick(actor.model.environments.filter(({ isDeleted }) => !isDeleted))
    const name = `s${actor.model.services.length + 1}`
    const { status, body } = await actor.rest.send('POST', `/environments/${environment.id}/services`, { name, source: { type: 'git', url: `file://${actor.repository}` }, settings: SETTINGS })
    if (status !== 201) return told(name, { status, body })
    const service: ServiceModel = { id: body.id as string, name, url: body.url as string, environmentId: environment.id, desired: 'running', mark: '0', releases: [] }
    actor.model.services.push(service)
    await setMark(actor, service, '0')
    return `${name} in ${environment.id}`
  },
  deploy: (actor, service) => deploy(actor, service!, actor.random.pick(GOOD)),
  spoil: (actor, service) => deploy(actor, service!, actor.random.pick(SPOILT)),
  async cancel(actor, service) {
    const last = service!.releases.at(-1)
    if (!last) return null
    const answer = await actor.rest.send('POST', `/deployments/${last.id}/cancel`)
    if (answer.status === 202) model.cancelled(service!, last.id)
    return told(`${service!.name} ${last.id}`, answer)
  },
  async rollback(actor, service) {
    const former = service!.releases.filter((release) => release.seen)
    if (former.length === 0) return null
    const chosen = actor.random.pick(former)
    const answer = await actor.rest.send('POST', `/deployments/${chosen.id}/rollback`)
    if (answer.status === 202) model.released(service!, { id: answer.body.id as string, version: chosen.version, mark: chosen.mark }, true)
    return told(`${service!.name} to ${chosen.version} ${chosen.mark}`, answer)
  },
  async redeploy(actor, service) {
    const former = service!.releases.filter((release) => release.seen)
    if (former.length === 0) return null
    const chosen = actor.random.pick(former)
    const { mark } = service!
    const answer = await actor.rest.send('POST', `/deployments/${chosen.id}/redeploy`)
    if (answer.status === 202) model.released(service!, { id: answer.body.id as string, version: chosen.version, mark }, true)
    return told(`${service!.name} ${chosen.version} ${mark}`, answer)
  },
  async stop(actor, service) {
    const answer = await actor.rest.send('POST', `/services/${service!.id}/stop`)
    if (answer.status === 202) model.stopped(service!)
    return told(service!.name, answer)
  },
  async start(actor, service) {
    const answer = await actor.rest.send('POST', `/services/${service!.id}/start`)
    if (answer.status === 202) model.started(service!)
    return told(service!.name, answer)
  },
  mark: (actor, service) => setMark(actor, service!, String(actor.random.upTo(1_000_000))),
  async rename(actor, service) {
    const name = `${service!.name}x`
    const answer = await actor.rest.send('PATCH', `/services/${service!.id}`, { name })
    if (answer.status === 200) service!.name = name
    return told(name, answer)
  },
  async look(actor, service) {
    const answer = await actor.rest.send('GET', `/services/${service!.id}/deployments`)
    if (answer.status !== 200) throw new Error(`The deployments of ${service!.name} were not answered: ${answer.status}.`)
    for (const { id, status } of answer.body.items as { id: string; status: string }[]) if (status === 'active' || status === 'retired') model.seen(service!, id)
    return null
  },
  async delete(actor, service) {
    const answer = await actor.rest.send('DELETE', `/services/${service!.id}`)
    if (answer.status === 202) model.deleted(service!)
    return told(service!.name, answer)
  },
  async environment(actor) {
    if (actor.model.environments.filter(({ isDeleted }) => !isDeleted).length >= MOST_ENVIRONMENTS) return null
    const name = `e${actor.model.environments.length + 1}`
    const answer = await actor.rest.send('POST', `/projects/${actor.projectId}/environments`, { name })
    if (answer.status === 201) actor.model.environments.push({ id: answer.body.id as string, isDeleted: false })
    return told(name, answer)
  },
  async takeDown(actor) {
    const present = actor.model.environments.filter(({ isDeleted }) => !isDeleted)
    if (present.length < 2) return null
    const chosen: EnvironmentModel = actor.random.pick(present)
    const answer = await actor.rest.send('DELETE', `/environments/${chosen.id}`)
    if (answer.status === 202) {
      chosen.isDeleted = true
      for (const service of actor.model.services) if (service.environmentId === chosen.id) model.deleted(service)
    }
    return told(chosen.id, answer)
  },
}

async function deploy(actor: Actor, service: ServiceModel, version: Version): Promise<string> {
  const { mark } = service
  const answer = await actor.rest.send('POST', `/services/${service.id}/deployments`, { ref: version })
  if (answer.status === 202) model.released(service, { id: answer.body.id as string, version, mark }, false)
  return told(`${service.name} ${version} ${mark}`, answer)
}

async function setMark(actor: Actor, service: ServiceModel, mark: string): Promise<string> {
  const answer = await actor.rest.send('PUT', `/services/${service.id}/variables`, { variables: { MARK: { value: mark, secret: false } } })
  if (answer.status === 200) service.mark = mark
  return told(`${service.name} ${mark}`, answer)
}

function told(what: string, { status, body }: Answer): string {
  return status < 300 ? `${what} ${String(body.id ?? '')}` : `${what}: ${status} ${String(body.detail ?? body.message ?? body.code)}`
}
