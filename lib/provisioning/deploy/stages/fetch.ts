import { withLock } from '../../../db/queries/engine/advisory-lock'
import { setRevision } from '../../../db/queries/engine/deployments'
import { sshKeyOf } from '../../../db/queries/engine/ssh-keys'
import { find, type UploadRow } from '../../../db/queries/uploads'
import type { UploadLimits } from '../../../domain/archive/limits'
import { DeploymentFailure } from '../../../domain/failure'
import type { Source } from '../../../contract/source'
import { fetchSource } from '../../source/fetch-source'
import { archivePath } from '../../source/upload/store'
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
    upload: await findUpload(engine, run.place.projectId, source),
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

/** The archive of the upload that a source names; null when its project has none of that id, or not all of it has arrived. */
export async function findUpload({ db, paths, config }: Engine, projectId: string, source: Source): Promise<{ file: string; limits: UploadLimits } | null> {
  if (source.type !== 'upload') return null
  const upload = await find(db, source.uploadId)
  return upload?.digest && upload.projectId === projectId ? { file: archivePath(paths.uploads, upload.digest), limits: laxer(config.uploads, upload) } : null
}

/** What has been taken stays good, also when less may be uploaded since. */
function laxer(limits: UploadLimits, { files, unpackedBytes }: UploadRow): UploadLimits {
  return { ...limits, files: Math.max(limits.files, files ?? 0), unpackedBytes: Math.max(limits.unpackedBytes, unpackedBytes ?? 0) }
}
