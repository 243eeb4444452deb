import type { Model } from './model'
import type { Random } from './random'
import type { Answer, Rest } from '../harness/rest'

// Somebody else in the same environments, whose doings change nothing of what the model speaks of: services that are drawn and never deployed, with variables that refer to
// everybody's, places, groups, shared variables, rules of alerts. What they touch is held by the same transactions as what the model knows; refusals are as good as anything.

export type Neighbour = { rest: Rest; random: Random; model: Pick<Model, 'environments' | 'services'>; say(line: string): void; /** Ids of the services that are theirs, by environment. */ own: Map<string, string[]> }

const MOST = 2
const WEIGHTS = { draw: 3, rename: 5, refer: 5, set: 3, share: 3, move: 3, group: 2, ungroup: 1, alert: 2, review: 2, remove: 1 } as const
type Deed = keyof typeof WEIGHTS

/** Does one thing. */
export async function doElse(neighbour: Neighbour): Promise<void> {
  const { random, model } = neighbour
  const environment = random.pick(model.environments.filter(({ isDeleted }) => !isDeleted))
  const deed = random.weighted(WEIGHTS)
  const answer = await DEEDS[deed](neighbour, environment.id)
  if (answer) neighbour.say(`neighbour: ${deed} in ${environment.id}: ${answer.status}`)
}

/** Takes everything away that is theirs. */
export async function leave({ rest, own, model }: Neighbour): Promise<void> {
  const gone = new Set(model.environments.filter(({ isDeleted }) => isDeleted).map(({ id }) => id))
  for (const [environmentId, ids] of own) if (!gone.has(environmentId)) for (const id of ids) await rest.send('DELETE', `/services/${id}`)
}

const DEEDS: Record<Deed, (neighbour: Neighbour, environmentId: string) => Promise<Answer | null>> = {
  async draw({ rest, random, own }, environmentId) {
    const theirs = own.get(environmentId) ?? []
    if (theirs.length >= MOST) return null
    const answer = await rest.send('POST', `/environments/${environmentId}/services`, { name: `n${random.upTo(1_000)}`, source: { type: 'template', template: 'node-service' } })
    if (answer.status === 201) own.set(environmentId, [...theirs, answer.body.id as string])
    return answer
  },
  rename: (neighbour, environmentId) => toOwn(neighbour, environmentId, (id) => neighbour.rest.send('PATCH', `/services/${id}`, { name: `n${neighbour.random.upTo(1_000)}` })),
  refer: (neighbour, environmentId) =>
    toOwn(neighbour, environmentId, (id) => {
      const others = namesIn(neighbour.model, environmentId)
      const variables = Object.fromEntries(others.map((name, index) => [`OTHER_${index}`, { value: `\${{${name}.EASEL_PRIVATE_URL}} \${{${name}.MARK}}`, secret: false }]))
      return neighbour.rest.send('PUT', `/services/${id}/variables`, { variables })
    }),
  set: (neighbour, environmentId) => toOwn(neighbour, environmentId, (id) => neighbour.rest.send('PATCH', `/services/${id}`, { settings: { drainS: neighbour.random.upTo(30) } })),
  share({ rest, random, model }, environmentId) {
    const value = [String(random.upTo(1_000)), ...namesIn(model, environmentId).map((name) => `\${{${name}.EASEL_PRIVATE_URL}}`)].join(' ')
    return rest.send('PUT', `/environments/${environmentId}/variables`, { variables: { SHARED: { value, secret: false } } })
  },
  move({ rest, random, model, own }, environmentId) {
    const ids = [...idsIn(model, environmentId), ...(own.get(environmentId) ?? [])]
    if (ids.length === 0) return Promise.resolve(null)
    // In any order: places are held in one.
    const positions = ids.map((serviceId) => ({ serviceId, x: random.upTo(2_000), y: random.upTo(2_000) })).sort((a, b) => a.x - b.x)
    return rest.send('PUT', `/environments/${environmentId}/positions`, { positions })
  },
  group({ rest, random, model }, environmentId) {
    const nodes = idsIn(model, environmentId)
    return rest.send('POST', `/environments/${environmentId}/groups`, { name: `g${random.upTo(100)}`, nodes: nodes.slice(0, 2), x: 0, y: 0, width: 600, height: 400 })
  },
  async ungroup({ rest }, environmentId) {
    const { body } = await rest.send('GET', `/environments/${environmentId}/groups`)
    const [first] = (body.items ?? []) as { id: string }[]
    return first ? rest.send('DELETE', `/groups/${first.id}`) : null
  },
  alert({ rest, random, model, own }, environmentId) {
    const ids = [...idsIn(model, environmentId), ...(own.get(environmentId) ?? [])]
    if (ids.length === 0) return Promise.resolve(null)
    return rest.send('POST', `/environments/${environmentId}/alert-rules`, { kind: 'cpu', serviceId: random.pick(ids), isOn: true, threshold: 90, forSeconds: 600 })
  },
  review: ({ rest }, environmentId) => rest.send('GET', `/environments/${environmentId}/changes`),
  async remove(neighbour, environmentId) {
    const { rest, own } = neighbour
    return toOwn(neighbour, environmentId, async (id) => {
      const answer = await rest.send('DELETE', `/services/${id}`)
      if (answer.status === 202) own.set(environmentId, own.get(environmentId)!.filter((other) => other !== id))
      return answer
    })
  },
}

function toOwn({ random, own }: Neighbour, environmentId: string, work: (id: string) => Promise<Answer>): Promise<Answer | null> {
  const theirs = own.get(environmentId) ?? []
  return theirs.length === 0 ? Promise.resolve(null) : work(random.pick(theirs))
}

const idsIn = ({ services }: Pick<Model, 'services'>, environmentId: string) => present(services, environmentId).map(({ id }) => id)
const namesIn = ({ services }: Pick<Model, 'services'>, environmentId: string) => present(services, environmentId).map(({ name }) => name)

function present(services: Model['services'], environmentId: string): Model['services'] {
  return services.filter((service) => service.environmentId === environmentId && service.desired !== 'deleted')
}
