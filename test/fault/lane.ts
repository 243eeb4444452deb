import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Actor } from '../../lib/auth/actor'
import { authenticateBearer } from '../../lib/auth/authenticate'
import { NODE_IMAGE } from '../docker/engine'
import { startCluster, type Cluster } from '../harness/cluster'
import { platformOn } from '../harness/platform'
import { sampleRepository } from '../harness/sample-repository'

/** What the cases of one test file share: a cluster whose template has an owner and a project, and a repository. */
export type Lane = {
  cluster: Cluster
  encryptionKey: string
  as: Actor
  environmentId: string
  repository: string
  /** Whether the app has commands that build it; otherwise it has a Dockerfile that only copies it, so that an engine has an image of it at once. */
  isBuilt: boolean
  /** A range of ports that no other case of this file uses now. */
  takePorts(): { first: number; last: number; giveBack(): void }
  close(): Promise<void>
}

const MOST_AT_ONCE = 20
const DOCKERFILE = `FROM ${NODE_IMAGE}
WORKDIR /app
COPY . .
CMD ["node", "server.js"]
`

/** `firstPort`: the file uses the ports from there, so many for each case that runs at the same time. */
export async function openLane(firstPort: number, { portsEach = 12, isBuilt = true } = {}): Promise<Lane> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-lane-'))
  const cluster = await startCluster()
  const encryptionKey = randomBytes(32).toString('hex')
  const t = platformOn({ url: cluster.templateUrl, drop: async () => {}, encryptionKey }, {})
  const owner = await t.owner()
  const { environmentId } = await t.project(owner)
  const as = await authenticateBearer(t.platform, `Bearer ${owner.accessToken}`)
  await t.close()
  const taken = new Set<number>()
  return {
    cluster,
    encryptionKey,
    as,
    environmentId,
    isBuilt,
    repository: sampleRepository(join(folder, 'repository'), isBuilt ? {} : { Dockerfile: DOCKERFILE }),
    takePorts() {
      const slot = Array.from({ length: MOST_AT_ONCE }, (_, index) => index).find((index) => !taken.has(index))
      if (slot === undefined) throw new Error(`More than ${MOST_AT_ONCE} cases run at once.`)
      taken.add(slot)
      const first = firstPort + slot * portsEach
      return { first, last: first + portsEach - 1, giveBack: () => taken.delete(slot) }
    },
    async close() {
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
