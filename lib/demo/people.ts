import { eq } from 'drizzle-orm'

import { tokenCreate } from '../contract/auth'
import { invitationCreate, organizationUpdate, sshKeyCreate } from '../contract/organization'
import { projectCreate, environmentCreate } from '../contract/project'
import { environments } from '../db/schema/desired'
import { targets } from '../db/schema/target'
import { ENGINE_NAMES, ENGINES } from '../domain/engine/engines'
import { BUILT_IN_TARGETS } from '../domain/target'
import { newId } from '../ids'
import { sealConnection } from '../secrets/sealed-connection'
import { ago, type Ground } from './ground'

/** An organization with people of every role, open invitations, keys and tokens. */
export async function drawPeople(ground: Ground): Promise<void> {
  const { organizationId } = ground
  await ground.call(organizationUpdate, { organizationId, name: 'Atelier Nord' })
  await ground.join({ name: 'Grace Okafor', email: 'grace@demo.example' }, 'admin')
  await ground.join({ name: 'Jun Watanabe', email: 'jun@demo.example' }, 'developer')
  await ground.join({ name: 'Maximiliane von Hohenstein-Wallenfels', email: 'maximiliane.von.hohenstein-wallenfels@a-rather-long-company-name.example' }, 'viewer')
  await ground.call(invitationCreate, { organizationId, email: 'linus@demo.example', role: 'developer' })
  await ground.call(sshKeyCreate, { organizationId, name: 'Deploy key of the storefront' })
  await ground.call(tokenCreate, { organizationId, name: 'Build server', scope: 'deploy' })
}

/** The machine with every database server, and a Docker engine beside it. Neither is asked anything. */
export async function drawTargets(ground: Ground): Promise<void> {
  const { db } = ground.database
  const at = ground.now.toISOString()
  const databases = Object.fromEntries(ENGINE_NAMES.map((name) => [name, { version: ENGINES[name].versions[0]!, missing: null }]))
  await db.update(targets).set({ seen: { ok: true, message: 'It is usable.', engineVersion: null, databases, at } }).where(eq(targets.id, BUILT_IN_TARGETS.process))
  const docker = { name: 'Docker on this machine', kind: 'docker' as const, connectionSealed: sealConnection(ground.platform.seal, BUILT_IN_TARGETS.docker, { kind: 'socket', path: '/nonexistent/docker.sock' }), seen: { ok: true, message: 'It is usable.', engineVersion: '27.5.1', at } }
  await db.insert(targets).values({ id: BUILT_IN_TARGETS.docker, ...docker }).onConflictDoUpdate({ target: targets.id, set: docker })
}

/** A project in which nothing is drawn, and an environment that cannot be reached. */
export async function drawQuietPlaces(ground: Ground, { projectId }: { projectId: string }): Promise<void> {
  const empty = await ground.call(projectCreate, { name: 'Notebook' })
  await ground.database.db.update(environments).set({ createdAt: ago(ground, 600) }).where(eq(environments.projectId, empty.id))
  const silent = { ok: false, message: 'The Docker engine at tcp://build-2.internal:2376 does not answer. Check that the machine is up and that its port is reachable from here.', engineVersion: null, at: ago(ground, 40).toISOString() }
  const targetId = newId('target')
  const connection = { kind: 'tcp', host: 'build-2.internal', port: 2376, tls: null }
  await ground.database.db.insert(targets).values({ id: targetId, organizationId: ground.organizationId, name: 'build-2', kind: 'docker', connectionSealed: sealConnection(ground.platform.seal, targetId, connection), seen: silent })
  await ground.call(environmentCreate, { projectId, name: 'staging', targetId })
}
