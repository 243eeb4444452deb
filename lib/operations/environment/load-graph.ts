import type { GraphView } from '../../contract/graph'
import type { Db } from '../../db/connection'
import { ofEnvironments } from '../../db/queries/services'
import type { Seal } from '../../secrets/seal'
import type { Platform } from '../context'
import { toNode } from '../service/node'
import { portray } from '../service/portrait'
import { linksIn } from '../variable/links-in'

/** The canvas as it is now, what is being removed included: one consistent read of five queries, whatever its size. */
export function loadGraph(db: Db, seal: Seal, config: Pick<Platform['config'], 'ingress'>, environmentId: string): Promise<GraphView> {
  return db.transaction(
    async (tx) => {
      const services = await ofEnvironments(tx, [environmentId])
      const portraits = await portray(tx, services)
      const links = await linksIn({ db: tx, seal }, services)
      return {
        environmentId,
        nodes: portraits.map((portrait) => toNode(portrait, config.ingress)),
        links: links.map(({ id, kind, from, to, variables }) => ({ id, kind, from, to, variables })),
      }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}
