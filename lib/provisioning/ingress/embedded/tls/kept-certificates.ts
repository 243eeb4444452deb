import type { Log } from '../../../../log'
import { certificatesMark } from '../../certificates-mark'
import type { Certificate } from '../../table'
import type { HttpsOptions } from '../start-ingress'
import { loadCertificates, saveCertificates } from './certificate-file'
import type { CertificateStore } from './certificate-store'

/** Certificates that are in force and on the disk. */
export type KeptCertificates = {
  publish(all: readonly Certificate[]): Promise<void>
  /** What `certificatesMark` gives for those in force. */
  mark(): string
}

type Parts = { certificates: CertificateStore; log: Log; /** What does not work, for the status; null once it does again. */ tell(what: string, trouble: string | null): void }

/** Begins with those that were kept. Publications are taken one after the other. */
export async function keptCertificates({ certificatesFile, seal }: Omit<HttpsOptions, 'port'>, { certificates, log, tell }: Parts): Promise<KeptCertificates> {
  let mark = ''
  const take = async (all: readonly Certificate[]) => {
    mark = certificatesMark(all)
    const unusable = Object.entries(await certificates.replace(all))
    for (const [certificate, trouble] of unusable) log.warn({ certificate, trouble }, 'certificate cannot be used')
    tell('certificates', unusable.length === 0 ? null : `${unusable.map(([id, trouble]) => `${id}: ${trouble}`).slice(0, 5).join(' ')}`)
  }
  // They are in force even when the disk is full; only a restart would go back to earlier ones.
  let kept = ''
  const keep = async (all: readonly Certificate[]) => {
    const names = JSON.stringify(all.map(({ id, fingerprint, hosts }) => [id, fingerprint, hosts]))
    if (!seal || names === kept) return
    try {
      await saveCertificates(certificatesFile, all, seal)
      kept = names
      tell('certificate file', null)
    } catch (cause) {
      log.warn({ path: certificatesFile, cause }, 'certificates are in force but could not be kept on the disk')
      tell('certificate file', `It could not be kept on the disk (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`)
    }
  }
  if (seal) await take(await loadCertificates(certificatesFile, seal, log))
  let last: Promise<void> = Promise.resolve()
  return {
    publish(all) {
      const mine = last.then(async () => {
        await take(all)
        await keep(all)
      })
      last = mine.catch(() => {})
      return mine
    },
    mark: () => mark,
  }
}
