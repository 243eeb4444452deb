import type { GraphView } from '../../contract/graph'
import { ofEnvironment as groupsOf } from '../../db/queries/groups'
import { ofEnvironments } from '../../db/queries/services'
import { versionOf } from '../../db/queries/shared-variables'
import { ofEnvironments as volumesOf } from '../../db/queries/volumes'
import type { Platform } from '../context'
import { toGroupView } from '../group/view'
import { toNode } from '../service/node'
import { portray } from '../service/portrait'
import { toVolumeNode } from '../volume/view'
import { linksIn } from '../variable/links-in'

/** The canvas as it is now, what is being removed included: one consistent read of nine queries, whatever its size. */
export function loadGraph({ db, seal, config, now }: Pick<Platform, 'db' | 'seal' | 'now'> & { config: Pick<Platform['config'], 'ingress'> }, environmentId: string): Promise<GraphView> {
  return db.transaction(
    async (tx) => {
      const services = await ofEnvironments(tx, [environmentId])
      const portraits = await portray(tx, services)
      const links = await linksIn({ db: tx, seal }, services)
      const here = { ingress: config.ingress, now: now() }
      return {
        environmentId,
        nodes: portraits.map((portrait) => toNode(portrait, here)),
        volumes: (await volumesOf(tx, [environmentId])).map(toVolumeNode),
        groups: (await groupsOf(tx, environmentId)).map(toGroupView),
        links: links.map(({ id, kind, from, to, variables }) => ({ id, kind, from, to, variables })),
        shared: await versionOf(tx, environmentId),
      }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}
