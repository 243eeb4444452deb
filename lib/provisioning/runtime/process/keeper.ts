import { readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'

import type { RunFolder } from './run-folder'
import { writeAtomically } from './write-atomically'

// Keeps the exit status of a program when no worker is alive to see it: a shell of about one megabyte that starts the
// program, waits and writes down how it ended.
//
// The text is fixed; file and arguments are passed as "$1" and "$@", so nothing is ever put into it. The whole group is
// signalled when a workload is ended, so the keeper forwards nothing: it only has to outlive the program, hence the
// empty traps, which a program it starts does not inherit. The line break makes the status complete: a reader never
// takes half of it. PWD and SHLVL are dropped because the shell, not the person, has set them; the long name of the one
// variable that is set before the program starts keeps it apart from the person's.
const KEEPER = `#!/bin/sh
trap : HUP INT TERM
unset PWD OLDPWD SHLVL
easel_keeper_exit_file=$1
shift
"$@"
status=$?
echo "$status" > "$easel_keeper_exit_file"
exit "$status"
`

export const SHELL = '/bin/sh'

/** The arguments that run a program under the keeper. Writes its script anew, into the workload's own folder. */
export function keep(folder: RunFolder, argv: readonly string[]): string[] {
  writeAtomically(folder.keeper, KEEPER)
  return [SHELL, folder.keeper, folder.exit, ...argv]
}

export type Exit = { code: number | null; signal: string | null }

/** What the keeper wrote; null when it was ended before it could. */
export function readExit(folder: RunFolder): (Exit & { at: Date }) | null {
  try {
    const exit = parseExit(readFileSync(folder.exit, 'utf8'))
    return exit && { ...exit, at: statSync(folder.exit).mtime }
  } catch {
    return null
  }
}

/**
 * A shell reports a death by signal as 128 + its number, and cannot tell it from a program that ends with that code by
 * itself; by convention a program does that only to report such a death.
 */
export function parseExit(text: string): Exit | null {
  const found = /^(\d{1,3})\n$/.exec(text)
  if (!found) return null
  const status = Number(found[1])
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0]
  return signal ? { code: null, signal } : { code: status, signal: null }
}
