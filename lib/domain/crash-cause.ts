// What a program said before it ended, read as a person reads it: the line that names the error, and what usually mends that one.

export type CrashCause = {
  /** The line that tells most. */
  line: string
  /** What to do, as sentences; null where only the line itself says it. */
  remedy: string | null
}

/** How Node, Python, Java, Go, Rust, Ruby and others begin the line that names an error. */
const NAMES_ERROR = /^(?:uncaught |unhandled |caused by: |exception in thread "[^"]*" )?(?:[\w.$]*(?:Error|Exception|Rejection)\b[^a-z]|panic: |thread '[^']*' panicked|fatal(?: error)?\b|error\b[:\s])/i
/** What they say after it, which begins alike and tells less. */
const TELLS_NOTHING = /^(?:error command failed|npm err!|error: script )/i

const REMEDIES: readonly (readonly [said: RegExp, remedy: string])[] = [
  [/EADDRINUSE|address already in use/i, 'It listens on a port that something else has. Let it listen on the port in the variable PORT.'],
  [/heap out of memory|out of memory|ENOMEM|MemoryError|OutOfMemoryError/i, 'It needs more memory than it may have. Give it more in Settings → Limits or by its own options, such as --max-old-space-size, or let it need less.'],
  [/Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND|ModuleNotFoundError|No module named/i, 'It loads something that is not there. Add the package to its dependencies, or check the build and output settings where it is a file of its own.'],
  [/ECONNREFUSED|Connection refused/i, 'It could not reach something it needs. Where that is a database or a service here, draw a line to it and use the variable that gives.'],
  [/ENOTFOUND|EAI_AGAIN|getaddrinfo|Name or service not known/i, 'It asks for a host name that leads nowhere. Check the address in Variables.'],
  [/EACCES|permission denied/i, 'It may not do that as the user it runs as. Ports below 1024 and folders outside its own are the usual reasons: listen on PORT, and write into a volume.'],
  [/password authentication failed|Access denied for user|Authentication failed/i, 'Its password was not taken. Refer to the variable of the database in Variables instead of copying it.'],
  [/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b.*\b(?:not set|required|missing|undefined|not defined|must be set|is empty)|(?:missing|required|undefined).*\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/, 'It misses a variable. Set it in Variables, then deploy again.'],
]

/** Why a program ended, by the last lines it printed, oldest first and without colour codes; null where none names an error. */
export function crashCause(texts: readonly string[]): CrashCause | null {
  const line = texts
    .flatMap((text) => text.split('\n'))
    .map((each) => each.trim())
    .findLast((each) => NAMES_ERROR.test(each) && !TELLS_NOTHING.test(each))
  if (line === undefined) return null
  return { line, remedy: REMEDIES.find(([said]) => said.test(line))?.[1] ?? null }
}
