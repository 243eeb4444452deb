import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import type { Engine } from '../engine'
import { cgroupAt, type Cgroup } from '../process/cgroup'
import { killMembers } from '../process/kill-group'
import type { CommandBounds } from '../process/run-command'

// What holds the commands of one piece of work together: a share of the machine, and the means to find and end every
// process of it. A worker that was killed leaves its commands running; whoever goes on with the work ends them first, so
// that a stage is never at work twice in one folder. They are found by three things, each enough for what does not try
// to hide: the group that the kernel keeps, the process that was noted, and a mark in the environment.

const GRACE_MS = 2_000
const DAY_MS = 24 * 3_600_000
const NICENESS = 10
/** Against 1 for everything else on the machine. */
const CPU_SHARE = 0.25
const MAX_PROCESSES = 4_096

export type Enclosure = {
  /** For the environment of every command. */
  env: Record<string, string>
  bounds: CommandBounds
  memory: { limitMib: number; isKept: boolean }
  /** Ends everything of this work that is still running, whoever started it; resolves when it is gone. */
  end(): Promise<void>
  /** Lets go of it when nothing runs any more. */
  remove(): void
}

const Note = z.object({ process: z.object({ pid: z.number(), startTime: z.string() }).nullable(), cgroup: z.array(z.string()) })
type Note = z.infer<typeof Note>

/** Opens the enclosure of a piece of work, or the one that an earlier worker left. `folder` keeps a note until then. */
export function openEnclosure({ cgroups, config }: Pick<Engine, 'cgroups' | 'config'>, id: string, folder: string): Enclosure {
  const file = join(folder, 'processes.json')
  const mark = `EASEL_BUILD=${id}`
  const former = readNote(file)
  const cgroup = cgroups?.open(`build-${id}`, { memoryMib: config.buildMemoryMib, cpuShare: CPU_SHARE, pidsMax: MAX_PROCESSES }) ?? null
  const directories = [...new Set([...(cgroup?.directories ?? []), ...former.cgroup])]
  const everything: Cgroup | null = directories.length === 0 ? null : cgroupAt(directories)
  let noted: Note = { process: former.process, cgroup: directories }
  const note = () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, JSON.stringify(noted))
  }
  return {
    env: { EASEL_BUILD: id },
    bounds: {
      cgroup,
      marks: [mark],
      niceness: NICENESS,
      onSpawn(process) {
        noted = { ...noted, process }
        note()
      },
    },
    memory: { limitMib: config.buildMemoryMib, isKept: cgroup?.held.memory ?? false },
    end: () => killMembers({ leader: noted.process, marks: [mark], cgroup: everything }, { graceMs: GRACE_MS }),
    remove() {
      if (everything?.remove() ?? true) rmSync(file, { force: true })
    },
  }
}

/** Lets go of the groups of work that was begun long ago by somebody who died and that nobody went on with. */
export function sweepEnclosures({ cgroups }: Pick<Engine, 'cgroups'>): void {
  cgroups?.sweep('build-', DAY_MS)
}

function readNote(file: string): Note {
  try {
    return Note.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // No note, or half of one: then no command had been started, or it is found by its group or its mark.
    return { process: null, cgroup: [] }
  }
}
