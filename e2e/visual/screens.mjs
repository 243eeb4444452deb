// The screens of the demo that are looked at, by name. `at`: its address, made of what the API says is drawn there.
// `open`: what is done before the picture is taken.

export const WIDTHS = { 1440: 900, 1024: 768, 390: 844 }
const service = (name, tab) => (place) => `${place.canvas}/${place.services[name]}/${tab}`

export const SCREENS = [
  { name: 'sign-in', at: () => '/sign-in', signedOut: true },
  { name: 'projects', at: () => '/projects' },
  { name: 'new-project', at: () => '/projects', open: (page) => page.getByRole('button', { name: 'New project' }).click() },
  { name: 'canvas', at: (place) => place.canvas },
  { name: 'canvas-fleet', at: (place) => place.fleet },
  { name: 'canvas-empty', at: (place) => place.empty },
  { name: 'canvas-trouble', at: (place) => place.staging },
  { name: 'list', at: (place) => place.canvas, open: (page) => page.getByRole('button', { name: 'Show as list' }).click() },
  { name: 'review', at: (place) => place.canvas, open: (page) => page.getByRole('button', { name: 'Review' }).click() },
  { name: 'service-running', at: service('web', 'deployments') },
  { name: 'service-building', at: service('admin', 'deployments') },
  { name: 'service-failed', at: service('webhooks', 'deployments') },
  { name: 'service-crashing', at: service('recommendations', 'deployments') },
  { name: 'service-new', at: service('experiment', 'deployments') },
  { name: 'service-long', at: service('the-landing-page-of-the-spring-campaign-in-all-languages', 'deployments') },
  { name: 'variables', at: service('web', 'variables') },
  { name: 'variables-few', at: service('api', 'variables') },
  { name: 'logs', at: service('web', 'logs') },
  { name: 'log-explorer', at: (place) => `${place.canvas}/logs` },
  { name: 'metrics', at: service('web', 'metrics') },
  { name: 'settings-service', at: service('web', 'settings') },
  { name: 'database', at: service('postgres', 'overview') },
  { name: 'database-data', at: service('postgres', 'data') },
  { name: 'snapshots', at: service('postgres', 'snapshots') },
  { name: 'runs', at: service('nightly-report', 'runs') },
  { name: 'volume', at: (place) => `${place.canvas}/volumes/${place.volumes.uploads}/overview` },
  { name: 'volume-files', at: (place) => `${place.canvas}/volumes/${place.volumes.uploads}/files` },
  { name: 'shared-variables', at: (place) => `${place.canvas}/variables` },
  { name: 'activity', at: () => '/activity' },
  { name: 'operations', at: () => '/operations' },
  { name: 'settings', at: () => '/settings/organization' },
  { name: 'members', at: () => '/settings/members' },
  { name: 'targets', at: () => '/settings/targets' },
  { name: 'tokens', at: () => '/settings/tokens' },
  { name: 'account', at: () => '/settings/account' },
  { name: 'project-settings', at: (place) => place.settings },
  { name: 'reference', at: () => '/reference' },
  { name: 'not-found', at: () => '/projects/prj_0000000000000000000000/settings' },
]

const SIGN_IN = { email: 'ada@demo.example', password: 'easel-demo' }

/** Signs in over REST and finds what is drawn. */
export async function findPlace(base) {
  const login = await fetch(`${base}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(SIGN_IN) })
  if (!login.ok) throw new Error(`${base} is not a demo: signing in was answered with ${login.status}. Start one with \`npm run demo\`.`)
  const { accessToken } = await login.json()
  const get = async (path) => (await fetch(`${base}/api/v1${path}`, { headers: { authorization: `Bearer ${accessToken}` } })).json()
  const { items } = await get('/projects')
  const project = (name) => items.find((each) => each.name === name)
  const canvas = (name, environment = 'production') => `/${project(name).id}/${project(name).environments.find((each) => each.name === environment).id}`
  const graph = await get(`/environments/${canvas('Storefront').split('/')[2]}/graph`)
  const ids = (nodes) => Object.fromEntries(nodes.map((node) => [node.name, node.id]))
  const volumes = await get(`/environments/${canvas('Storefront').split('/')[2]}/volumes`)
  return { canvas: canvas('Storefront'), fleet: canvas('Fleet'), empty: canvas('Notebook'), staging: canvas('Storefront', 'staging'), settings: `/projects/${project('Storefront').id}/settings`, services: ids(graph.nodes.filter((node) => node.kind === 'service')), volumes: ids(volumes.items) }
}

/** Signs in through the form. */
export async function signIn(page, base) {
  await page.goto(`${base}/sign-in`)
  await page.getByLabel('Email').fill(SIGN_IN.email)
  await page.getByLabel('Password', { exact: true }).fill(SIGN_IN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/projects')
}
