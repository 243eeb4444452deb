import type { Presence, PresentTab } from '../../contract/live'
import type { Db } from '../../db/connection'
import { tellPresence, type PresenceWord } from '../../events/presence'
import { log } from '../../log'

/** What comes together is told together. */
const GATHER_MS = 40

type Unsaid = { here: Set<string>; moved: Map<string, Presence>; gone: Set<string> }
type Speaker = { db: Db; /** Names this process. */ me: string; /** A tab that is connected here, as it is now. */ tab(key: string): PresentTab | undefined }

/** Says what is new, gathered, and as it is when it is said. */
export function makeVoice({ db, me, tab }: Speaker) {
  const unsaid = new Map<string, Unsaid>()
  let saying: ReturnType<typeof setTimeout> | null = null
  const flush = async () => {
    const words = [...unsaid].flatMap(([environmentId, each]) => wordsOf(me, environmentId, { ...each, tab }))
    unsaid.clear()
    try {
      await tellPresence(db, words)
    } catch (cause) {
      // It is said again in a few seconds.
      log.warn({ cause }, 'could not say who is here')
    }
    saying = unsaid.size === 0 ? null : setTimeout(() => void flush(), GATHER_MS)
  }
  const about = (environmentId: string): Unsaid => {
    let words = unsaid.get(environmentId)
    if (!words) unsaid.set(environmentId, (words = { here: new Set(), moved: new Map(), gone: new Set() }))
    saying ??= setTimeout(() => void flush(), GATHER_MS)
    return words
  }
  return {
    here: (environmentId: string, key: string) => void about(environmentId).here.add(key),
    moved: (environmentId: string, key: string, presence: Presence) => void about(environmentId).moved.set(key, presence),
    gone: (environmentId: string, key: string) => void about(environmentId).gone.add(key),
    close: () => (saying === null ? undefined : clearTimeout(saying)),
  }
}

function wordsOf(from: string, environmentId: string, { here, moved, gone, tab }: Unsaid & Pick<Speaker, 'tab'>): PresenceWord[] {
  const words: PresenceWord[] = []
  const tabs = [...here].flatMap((key) => tab(key) ?? [])
  if (tabs.length > 0) words.push({ kind: 'here', from, environmentId, tabs })
  if (moved.size > 0) words.push({ kind: 'moved', environmentId, tabs: [...moved].map(([key, presence]) => ({ key, ...presence })) })
  const left = [...gone].filter((key) => !tab(key))
  if (left.length > 0) words.push({ kind: 'gone', environmentId, keys: left })
  return words
}
