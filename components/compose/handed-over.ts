import type { ComposeText } from './compose-file'

// A project is created from a compose file in two screens: the file is chosen on the first, and read on the canvas of the
// new environment. Between them the text is kept here, and nowhere else: it may have passwords.

let waiting: { environmentId: string; file: ComposeText } | null = null

/** Keeps a file for the canvas that is opened next. */
export function handOver(environmentId: string, file: ComposeText): void {
  waiting = { environmentId, file }
}

/** What was kept for a canvas, once. */
export function takeOver(environmentId: string): ComposeText | null {
  if (waiting?.environmentId !== environmentId) return null
  const { file } = waiting
  waiting = null
  return file
}
