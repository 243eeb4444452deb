import { formatCommandLine } from '../../../domain/command-line'

// The output of BuildKit's `--progress=plain`, made into the log of a build: what each step is, what it printed, and which
// of them was found done. `#8 0.266 text` is output of step 8, `#8 [build 3/5] RUN …` its name, `#8 CACHED` its end.

type Say = (stream: 'stdout' | 'stderr' | 'platform', text: string) => void

export type BuildProgress = {
  push(line: string): void
  /** What is known when the build has failed. */
  failed(): { /** The step at fault, as shown; null when it failed before any. */ step: string | null; code: number | null; /** Its last lines. */ output: string[]; /** What BuildKit says last. */ error: string }
  /** Steps that ran, and steps that were found done. */
  counts(): { ran: number; cached: number }
}

const KEPT = 200
const NOISE = /^(sha256:[0-9a-f]{64}|DONE [\d.]+s|transferring |resolve |extracting |exporting |writing |naming |pushing |unpacking |\.\.\.$|done$)|[\d.]+[kMG]?B \/ [\d.]+[kMG]?B/

export function buildProgress(say: Say): BuildProgress {
  const names = new Map<string, { shown: string | null; isSaid: boolean }>()
  const outputs = new Map<string, string[]>()
  let last: string | null = null
  let failing: string | null = null
  let error = ''
  let isInSummary = false
  let ran = 0
  let cached = 0

  const announce = (id: string, ending = '') => {
    const step = names.get(id)
    if (!step || step.isSaid) return
    step.isSaid = true
    if (step.shown !== null) say('platform', `${step.shown}${ending}`)
  }
  const onStep = (id: string, rest: string) => {
    if (rest.startsWith('[') && !names.has(id)) return void names.set(id, { shown: shownStep(rest), isSaid: false })
    const timed = /^(\d+\.\d+) ?(.*)$/.exec(rest)
    if (timed) {
      announce(id)
      const output = outputs.get(id) ?? []
      output.push(timed[2]!)
      if (output.length > KEPT) output.shift()
      outputs.set(id, output)
      last = id
      return say('stdout', timed[2]!)
    }
    if (rest === 'CACHED') {
      if (names.get(id)?.shown) cached++
      return announce(id, ' (as before)')
    }
    if (rest.startsWith('DONE')) {
      if (names.get(id)?.shown) ran++
      return announce(id)
    }
    if (rest.startsWith('ERROR')) {
      announce(id)
      failing = id
      error = rest.replace(/^ERROR:? ?/, '')
      return
    }
    if (rest !== '' && !NOISE.test(rest) && names.has(id)) announce(id)
  }
  return {
    push(line) {
      if (/^-{4,}$/.test(line)) return void (isInSummary = !isInSummary)
      const step = /^#(\d+) ?(.*)$/.exec(line)
      if (step && !isInSummary) return onStep(step[1]!, step[2]!)
      if (isInSummary || line.trim() === '' || step) return
      const said = line.replace(/^(ERROR|error): /, '').trim()
      if (/^(failed to|executor failed|error |process "|dockerfile parse)/i.test(said) || line.startsWith('ERROR')) error = said
    },
    failed() {
      const id = failing ?? null
      const code = /exit code: (\d+)/.exec(error)?.[1]
      return { step: id === null ? null : (names.get(id)?.shown ?? null), code: code === undefined ? null : Number(code), output: outputs.get(id ?? last ?? '') ?? [], error }
    },
    counts: () => ({ ran, cached }),
  }
}

/** A step as a person reads it; null for those that are BuildKit's own business. */
function shownStep(text: string): string | null {
  const match = /^\[([^\]]*)\] ?(.*)$/.exec(text)
  if (!match || match[1] === 'internal' || match[1]!.startsWith('auth')) return null
  const instruction = match[2]!
  const run = /^RUN (?:--\S+ )*(\[.*\])$/.exec(instruction)
  if (!run) return instruction.replace(/^RUN (?:--\S+ )+/, 'RUN ')
  try {
    const argv = JSON.parse(run[1]!) as string[]
    const own = argv[1]?.endsWith('/run.mjs') && argv[0] === 'node' ? argv.indexOf('--') + 1 : 0
    return `$ ${formatCommandLine(argv.slice(own))}`
  } catch {
    return instruction
  }
}
