import type { DeploymentView } from '@/lib/contract/deployment'
import { databaseWords } from '@/lib/domain/engine/engines'

/** What was deployed, in a few words: the commit's message, or the kind of source. */
export function revisionWords(deployment: Pick<DeploymentView, 'revision' | 'source'>): string {
  const message = deployment.revision?.message.split('\n')[0]?.trim()
  if (message) return message
  const { source } = deployment
  if (source.type === 'template') return `Template ${source.template}`
  if (source.type === 'local') return source.path
  if (source.type === 'upload') return `Folder ${source.name} (${source.uploadId.slice(-6)})`
  if (source.type === 'image') return source.reference
  if (source.type === 'database') return databaseWords(source)
  return source.ref ?? 'Default branch'
}

const TRIGGER_WORDS: Record<DeploymentView['trigger'], string | null> = { manual: null, automatic: 'Automatic', redeploy: 'Redeploy', rollback: 'Rollback', harm: 'Rollback for harm' }

/** How it came about, when it was not simply deployed. */
export function triggerWords(deployment: Pick<DeploymentView, 'trigger'>): string | null {
  return TRIGGER_WORDS[deployment.trigger]
}
