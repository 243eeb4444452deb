import { ENGINES } from '../engine/engines'
import { overlap, volumeVariable } from '../mount'
import type { Draft } from './service'
import { tell, type Findings } from './value'

/** A volume of the file and the one service that mounts it. */
export type ComposeVolume = { name: string; /** Key of a service. */ service: string; path: string }

const LONGEST = 50

/** Volumes with their services: each has one, and a database has the one that its data is in. */
export function volumesOf(findings: Findings, drafts: readonly Draft[]): ComposeVolume[] {
  const volumes: ComposeVolume[] = []
  const holders = new Map<string, string>()
  for (const draft of drafts) {
    findings.service = draft.key
    if (draft.engine !== null) {
      const { dataPath } = ENGINES[draft.engine]
      const own = draft.mounts.find(({ path, volume }) => overlap(path, dataPath) && !holders.has(volume))
      volumes.push({ name: (own?.volume ?? `${draft.key}-data`).slice(0, LONGEST), service: draft.key, path: dataPath })
      if (own) holders.set(own.volume, draft.key)
      for (const { at, path, volume } of draft.mounts) if (volume !== own?.volume) tell(findings, at, `The volume ${volume} at ${path} is left out: a database has one volume, with its data.`)
      continue
    }
    for (const { at, volume, path } of draft.mounts) {
      const holder = holders.get(volume)
      if (holder !== undefined) {
        tell(findings, at, `The volume ${volume} at ${path} is left out: it is mounted by ${holder}, and a volume has one writer.`)
        continue
      }
      const alike = volumes.find((other) => other.service === draft.key && volumeVariable(other.name) === volumeVariable(volume))
      if (alike) {
        tell(findings, at, `The volume ${volume} at ${path} is left out: it would be told to the service in the same variable as ${alike.name}. Rename one of them.`)
        continue
      }
      holders.set(volume, draft.key)
      volumes.push({ name: volume.slice(0, LONGEST), service: draft.key, path })
    }
    if (volumes.some(({ service }) => service === draft.key) && (draft.settings.replicas ?? 1) > 1) {
      tell(findings, draft.at, `It is drawn with 1 replica instead of ${draft.settings.replicas}: its volume has one writer.`)
      draft.settings = { ...draft.settings, replicas: 1 }
    }
  }
  findings.service = null
  return volumes
}
