import { parseCommandLine } from '../../../domain/command-line'
import { DeploymentFailure } from '../../../domain/failure'

/** The words of the `web` line; null when there is none. Throws DeploymentFailure for a line that needs a shell. */
export function procfileWeb(text: string | undefined): string[] | null {
  const line = /^web\s*:\s*(\S.*)$/m.exec(text ?? '')?.[1]
  return line === undefined ? null : wordsOf(line, 'Procfile → web')
}

/** Splits a command that a person wrote. PORT is always set, so a default for it is dropped. */
export function wordsOf(line: string, where: string): string[] {
  const parsed = parseCommandLine(line.replace(/\$\{PORT:?-\d*\}/g, '$PORT'))
  if (!parsed.ok) throw new DeploymentFailure('command_invalid', `${where}: ${parsed.message}`)
  return parsed.words
}
