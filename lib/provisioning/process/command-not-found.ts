import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, resolve } from 'node:path'

import { AppError } from '../../errors'

/** The program, or the folder to run it in, is not there. */
export class CommandNotFound extends AppError {
  constructor(
    readonly command: string,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super('not_found', message, options)
    this.name = 'CommandNotFound'
  }
}

/** Finds the file that `argv[0]` would run, as execvp does; null when there is none. */
export function findProgram(command: string, options: { cwd: string; path: string }): string | null {
  if (command.includes('/')) {
    const file = isAbsolute(command) ? command : resolve(options.cwd, command)
    return isExecutable(file) ? file : null
  }
  for (const folder of options.path.split(delimiter)) {
    const file = resolve(options.cwd, folder || '.', command)
    if (isExecutable(file)) return file
  }
  return null
}

/** Throws CommandNotFound, with a sentence that says which of the two is missing. */
export function demandProgram(command: string, options: { cwd: string; path: string }): void {
  if (!isDirectory(options.cwd)) {
    throw new CommandNotFound(command, `The folder to run "${command}" in does not exist.`)
  }
  if (findProgram(command, options) === null) {
    const reason = command.includes('/') ? 'there is no such file, or it is not executable' : 'it is not installed on this machine'
    throw new CommandNotFound(command, `The program "${command}" was not found: ${reason}.`)
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
