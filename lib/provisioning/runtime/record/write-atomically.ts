import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** Replaces a file so that a reader, or a crash at any point, sees either the old text or the new one. */
export function writeAtomically(file: string, text: string): void {
  // Two workers may write the same file at once; each of them is synchronous, so one name per process suffices.
  const temporary = `${file}.${process.pid}.new`
  const handle = openSync(temporary, 'w', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, file)
}
