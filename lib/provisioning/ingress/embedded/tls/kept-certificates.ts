import type { Log } from '../../../../log'
import { certificatesMark } from '../../certificates-mark'
import type { Certificate, CertificateName } from '../../table'
import type { HttpsOptions } from '../start-ingress'
import { certificateFile, type CertificateFile } from './certificate-file'
import type { CertificateStore } from './certificate-store'

/** `more`: certificates that are named later. `names`: those that take the place of all. */
export type ToldCertificates = { more?: readonly Certificate[] | undefined; names?: readonly CertificateName[] | undefined }

/** Certificates that are in force and on the disk. */
export type KeptCertificates = {
  /** Answers the ids of those that are named and unknown, and leaves all as they were then; else they are in force. */
  publish(told: ToldCertificates): Promise<string[]>
  /** What `certificatesMark` gives for those in force. */
  mark(): string
}

type Parts = { certificates: CertificateStore; log: Log; /** What does not work, for the status; null once it does again. */ tell(what: string, trouble: string | null): void }

/** Begins with those that were kept. Publications are taken one after the other. */
export async function keptCertificates({ certificatesFile, seal }: Omit<HttpsOptions, 'port'>, { certificates, log, tell }: Parts): Promise<KeptCertificates> {
  const file = seal ? certificateFile(certificatesFile, seal, log) : null
  /** In force, and told since. */
  let inForce: ReadonlyMap<string, Certificate> = new Map()
  const brought = new Map<string, Certificate>()
  let mark = ''
  const take = async (all: readonly Certificate[]) => {
    const unusable = Object.entries(await certificates.replace(all))
    mark = certificatesMark(all)
    inForce = new Map(all.map((each) => [each.id, each]))
    brought.clear()
    for (const [certificate, trouble] of unusable) log.warn({ certificate, trouble }, 'certificate cannot be used')
    tell('certificates', unusable.length === 0 ? null : `${unusable.map(([id, trouble]) => `${id}: ${trouble}`).slice(0, 5).join(' ')}`)
  }
  const known = ({ id, fingerprint }: CertificateName) => [brought.get(id), inForce.get(id)].find((each) => each?.fingerprint === fingerprint)
  const kept = (await file?.load()) ?? []
  for (const { certificate, trouble } of kept) if (trouble !== undefined) certificates.trust(certificate, trouble)
  if (file) await take(kept.map(({ certificate }) => certificate))
  const keep = keeping(file, { certificates, log, tell, path: certificatesFile })
  const publish = async ({ more = [], names }: ToldCertificates) => {
    for (const each of more) brought.set(each.id, each)
    // While they come, so that nobody waits for all of it at the end.
    await certificates.judge(more)
    if (names === undefined) return []
    const missing = names.filter((name) => !known(name)).map(({ id }) => id)
    if (missing.length > 0) return missing
    const all = names.map((name) => known(name)!)
    await take(all)
    await keep(all)
    return []
  }
  // A file of a former version tells nothing of them: the next start needs not look at each again.
  let last: Promise<unknown> = kept.some(({ trouble }) => trouble === undefined) ? keep([...inForce.values()]) : Promise.resolve()
  return {
    publish(told) {
      const mine = last.then(() => publish(told))
      last = mine.catch(() => {})
      return mine
    },
    mark: () => mark,
  }
}

/** They are in force even when the disk is full; only a restart would go back to earlier ones. */
function keeping(file: CertificateFile | null, { certificates, log, tell, path }: Parts & { path: string }): (all: readonly Certificate[]) => Promise<void> {
  let kept = ''
  return async (all) => {
    const names = JSON.stringify(all.map(({ id, fingerprint, hosts }) => [id, fingerprint, hosts]))
    if (!file || names === kept) return
    try {
      await file.save(all, certificates.troubleOf)
      kept = names
      tell('certificate file', null)
    } catch (cause) {
      log.warn({ path, cause }, 'certificates are in force but could not be kept on the disk')
      tell('certificate file', `It could not be kept on the disk (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`)
    }
  }
}
