import type { NewsFrame } from '@/lib/contract/live'

/** What is told at once; what else happened is counted. */
const MOST_TOLD = 3

const WORDS: Partial<Record<NewsFrame['type'], string>> = {
  'service.deleted': 'deleted',
  'service.stopped': 'stopped',
  'service.started': 'started',
  'volume.deleted': 'deleted the volume',
  'deployment.queued': 'deployed',
  'changes.discarded': 'discarded changes in',
  'revision.restored': 'set back to an earlier revision:',
  'environment.deleted': 'deleted the environment',
}

/** Sentences for what others did, things of one kind by one person in one; nothing of what `userId` did themselves. */
export function newsSentences(news: readonly NewsFrame[], userId: string | null): string[] {
  const groups = new Map<string, { actor: string; did: string; subjects: string[] }>()
  for (const { type, actor, subject } of news) {
    const did = WORDS[type]
    if (did === undefined || actor.id === userId) continue
    const group = groups.get(`${actor.id} ${type}`) ?? { actor: actor.name, did, subjects: [] }
    if (!group.subjects.includes(subject)) group.subjects.push(subject)
    groups.set(`${actor.id} ${type}`, group)
  }
  const all = [...groups.values()].map(({ actor, did, subjects }) => `${actor} ${did} ${listed(subjects)}.`)
  if (all.length <= MOST_TOLD) return all
  return [...all.slice(0, MOST_TOLD - 1), `${all.length - MOST_TOLD + 1} more things happened here. The activity page has all of them.`]
}

function listed(names: readonly string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
