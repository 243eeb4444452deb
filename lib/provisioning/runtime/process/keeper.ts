import { constants } from 'node:os'

import type { RunFiles, RunFolder } from './run-folder'
import { writeAtomically } from '../record/write-atomically'

// Keeps the exit status of a program when no worker is alive to see it: a shell of about one megabyte that starts the
// program, waits and writes down how it ended.
//
// First it claims the run: it makes a file that must not be there yet. So of all keepers that were ever started for one
// run, whoever died meanwhile, one starts the program; and none does once we have made that file ourselves. Its pid in
// the file lets a worker find it that did not start it. The status is the name of an empty file, so that it is complete
// or absent, also on a disk that is full.
//
// The text is fixed; folder and arguments are passed as "$1" and "$@", so nothing is ever put into it. The whole group is
// signalled when a workload is ended, so the keeper forwards nothing: it only has to outlive the program, hence the
// empty traps, which a program it starts does not inherit. PWD and SHLVL are dropped because the shell, not the person,
// has set them; the long name of the one variable that is set before the program starts keeps it apart from the person's.
const KEEPER = `#!/bin/sh
trap : HUP INT TERM
unset PWD OLDPWD SHLVL
easel_keeper_run=$1
shift
set -C
{ true > "$easel_keeper_run/claim"; } 2> /dev/null || exit 125
set +C
{ echo "$$" > "$easel_keeper_run/claim"; } 2> /dev/null
"$@"
status=$?
{ true > "$easel_keeper_run/exit-$status"; } 2> /dev/null
exit "$status"
`

export const SHELL = '/bin/sh'

/** The arguments that run a program under the keeper. Writes its script anew, into the workload's own folder. */
export function keep(folder: RunFolder, files: RunFiles, argv: readonly string[]): string[] {
  writeAtomically(folder.keeper, KEEPER)
  return [SHELL, folder.keeper, files.path, ...argv]
}

export type Exit = { code: number | null; signal: string | null }

/** What the name of a file in the folder of a run says of its end; null for any other file. */
export function parseExitName(name: string): Exit | null {
  const found = /^exit-(\d{1,3})$/.exec(name)
  return found && exitOf(Number(found[1]))
}

/** What keepers of the first version wrote; the line break makes it complete. */
export function parseFormerExit(text: string): Exit | null {
  const found = /^(\d{1,3})\n$/.exec(text)
  return found && exitOf(Number(found[1]))
}

/**
 * A shell reports a death by signal as 128 + its number, and cannot tell it from a program that ends with that code by
 * itself; by convention a program does that only to report such a death.
 */
function exitOf(status: number): Exit {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0]
  return signal ? { code: null, signal } : { code: status, signal: null }
}
