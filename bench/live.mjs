// From asking for something to the frame that tells another tab of it, against a request that does nothing, in turns.
const ROUNDS = 40
const FOLLOWERS = 50
const PATIENCE_MS = 10_000

/** Milliseconds of each, by what was done; `crowd`: the same while many follow and one of them does not read. */
export async function tellings({ api, base, environmentId, owner }) {
  const token = await signIn(base, owner)
  const watcher = await invite(api, base)
  const { body: service } = await api('POST', `/environments/${environmentId}/services`, { name: 'web', source: { type: 'template', template: 'static-site' } })
  const mine = await openTab(base, { environmentId, token })
  const theirs = await openTab(base, { environmentId, token: watcher })
  const { ticket } = await mine.hears('hello')
  await theirs.hears('presence', ({ tabs }) => tabs.length === 1)
  let x = 0
  const acts = {
    move: () => [api('PUT', `/environments/${environmentId}/positions`, { positions: [{ serviceId: service.id, x: (x += 24), y: 0 }] }), theirs.hears('change', ({ nodes }) => nodes.some((node) => node.x === x))],
    edit: () => [api('PATCH', `/services/${service.id}`, { name: `web-${++x}` }), theirs.hears('change', ({ nodes }) => nodes.some((node) => node.name === `web-${x}`))],
    pointer: () => [say(base, environmentId, { pointer: { x: ++x, y: 0 }, selected: [], open: null, ticket }), theirs.hears('presence', ({ tabs }) => tabs.some((tab) => tab.pointer?.x === x))],
    nothing: () => [api('GET', '/auth/me')],
  }
  const alone = await measure(acts, theirs)
  const crowd = await Promise.all(Array.from({ length: FOLLOWERS }, (_, n) => openTab(base, { environmentId, token: watcher, isReading: n > 0 })))
  const among = await measure(acts, theirs)
  for (const tab of [mine, theirs, ...crowd]) tab.close()
  return { alone, among, followers: FOLLOWERS }
}

async function measure(acts, tab) {
  const times = Object.fromEntries(Object.keys(acts).map((name) => [name, []]))
  for (let i = -3; i < ROUNDS; i++) {
    for (const [name, act] of Object.entries(acts)) {
      tab.forget()
      const began = performance.now()
      await Promise.all(act())
      if (i >= 0) times[name].push(performance.now() - began)
    }
  }
  return times
}

async function openTab(base, { environmentId, token, isReading = true }) {
  const end = new AbortController()
  const response = await fetch(`${base}/api/live/${environmentId}?tab=${crypto.randomUUID()}&logs=[]`, { headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` }, signal: end.signal })
  if (!response.ok) throw new Error(`The stream was refused: ${response.status}`)
  let heard = []
  let waiting = null
  const take = (block) => {
    const data = /^data: (.*)$/m.exec(block)?.[1]
    if (data === undefined) return
    heard.push({ type: /^event: (.*)$/m.exec(block)?.[1], data: JSON.parse(data) })
    waiting?.()
  }
  const read = async () => {
    let rest = ''
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop()
      blocks.forEach(take)
    }
  }
  if (isReading) void read().catch(() => {})
  return {
    forget: () => (heard = []),
    close: () => end.abort(),
    hears: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`No ${type} within ${PATIENCE_MS / 1000} s.`)), PATIENCE_MS)
        waiting = () => {
          const found = heard.find((each) => each.type === type && fits(each.data))
          if (!found) return
          clearTimeout(timer)
          waiting = null
          resolve(found.data)
        }
        waiting()
      }),
  }
}

const post = (base, path, body) => fetch(`${base}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

async function say(base, environmentId, presence) {
  const answer = await post(base, `/api/live/${environmentId}`, presence)
  if (answer.status !== 204) throw new Error(`Where the pointer is was refused: ${answer.status}`)
}

async function signIn(base, { email, password }) {
  return (await (await post(base, '/api/v1/auth/login', { email, password })).json()).accessToken
}

/** Another member, who looks on. */
async function invite(api, base) {
  const [{ organization }] = (await api('GET', '/auth/me')).body.memberships
  const { body } = await api('POST', `/organizations/${organization.id}/invitations`, { email: 'ada@example.com', role: 'viewer' })
  const person = { email: 'ada@example.com', password: 'correct horse', name: 'Ada Other' }
  return (await (await post(base, '/api/v1/auth/register', { ...person, invitation: body.token })).json()).accessToken
}
