import { projectCreate } from '../contract/project'
import type { ServiceState } from '../domain/service-state'
import { drawDatabase, drawService, git } from './draw'
import type { Ground } from './ground'
import { show, type Shown } from './state'

const AREAS = ['orders', 'billing', 'stock', 'routes', 'drivers', 'customers', 'notices', 'reports']
const PARTS = ['api', 'worker', 'events', 'web', 'sync', 'jobs']
const FRAMEWORKS = ['express', 'next', 'astro', 'vite', 'sveltekit']

/** A project of sixty-four nodes: eight areas, each a row of services before its database. */
export async function drawFleet(ground: Ground): Promise<void> {
  const project = await ground.call(projectCreate, { name: 'Fleet' })
  const environmentId = project.environments[0]!.id
  for (const [row, area] of AREAS.entries()) {
    const database = `${area}-db`
    const { id: databaseId } = await drawDatabase(ground, { environmentId, name: database, engine: row % 3 === 2 ? 'mariadb' : 'postgres', sizeMib: 180 + row * 611, x: 7 * 336, y: row * 288 })
    await show(ground, databaseId, { state: 'running', sinceS: 3_000_000 + row * 9_000, memoryMib: 90 + row * 12, cpuMilli: 8 + row })
    for (const [column, part] of PARTS.entries()) {
      const next: Record<string, string> = column === 5 ? { DATABASE_URL: `\${{${database}.DATABASE_URL}}` } : column === 0 ? {} : { UPSTREAM_URL: `\${{${area}-${PARTS[column - 1]}.URL}}` }
      const id = await drawService(ground, { environmentId, name: `${area}-${part}`, x: column * 336, y: row * 288 + (column % 2) * 72, source: git(`${area}-${part}`), variables: next })
      await show(ground, id, shownOf(row, column))
    }
  }
}

/** Nearly all of it runs, as in any fleet; what does not is spread. */
function shownOf(row: number, column: number): Shown {
  const special: Record<string, ServiceState> = { '1,2': 'degraded', '3,4': 'failed', '4,1': 'building', '6,3': 'sleeping', '6,4': 'sleeping', '2,5': 'crashing' }
  const state = special[`${row},${column}`] ?? 'running'
  const seed = row * 6 + column
  return {
    state,
    sinceS: state === 'building' ? 75 : 3_600 * (1 + ((seed * 37) % 400)),
    framework: FRAMEWORKS[seed % FRAMEWORKS.length],
    memoryMib: 40 + ((seed * 53) % 300),
    cpuMilli: 2 + ((seed * 17) % 240),
    commit: 'Keep up with the others',
    ...(state === 'failed' ? { failure: { reason: 'install_failed' as const, message: '`npm ci` ended with exit code 1: package.json and package-lock.json are not in sync.' } } : {}),
  }
}
