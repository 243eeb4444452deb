import { withLock } from '../../../db/queries/engine/advisory-lock'
import { setRevision } from '../../../db/queries/engine/deployments'
import { sshKeyOf } from '../../../db/queries/engine/ssh-keys'
import { DeploymentFailure } from '../../../domain/failure'
import type { Source } from '../../../contract/source'
import { fetchSource } from '../../source/fetch-source'
import type { Engine } from '../../engine'
import type { Run } from '../run'

/** Puts the source of a deployment into its folder and notes which commit it was. */
export async function fetchStage(run: Run): Promise<void> {
  const { engine, deployment, signal, enclosure } = run
  const { source, ref } = deployment.spec
  const { revision } = await fetchSource({
    ...placesOf(engine),
    source,
    ref,
    directory: run.folder.source,
    sshPrivateKey: await openSshKey(engine, run.place.organizationId, source),
    onLine: run.log.line,
    signal,
    commands: enclosure,
  })
  signal.throwIfAborted()
  if (revision) await setRevision(engine.db, deployment.id, revision)
  deployment.revision = revision
}

/** What every fetch needs to know of this machine. */
export function placesOf({ config, paths, templatesDirectory, sql }: Engine) {
  const alone = <T>(what: string, signal: AbortSignal, work: () => Promise<T>) => withLock(sql, { name: `source:${what}`, signal }, work)
  return { localSources: config.localSources, repositoriesDirectory: paths.repositories, templatesDirectory, alone }
}

/** The private key a source names, as long as its organization still has it. */
export async function openSshKey(engine: Engine, organizationId: string, source: Source): Promise<string | null> {
  if (source.type !== 'git' || source.sshKeyId === undefined) return null
  const key = await sshKeyOf(engine.db, organizationId, source.sshKeyId)
  if (!key) throw new DeploymentFailure('source_auth', 'The SSH key chosen for this source was deleted. Choose another one.')
  return engine.seal.open(key.privateKeySealed, `ssh_key:${key.id}`)
}
