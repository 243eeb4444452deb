// Loaded into a program before its own code: its wall clock is off by as many milliseconds as a file says, read again and
// again. What counts time without a wall clock, such as timers, is not touched, as when a machine's clock is set.
import { readFileSync } from 'node:fs'

const RealDate = globalThis.Date
const file = process.env.EASEL_TEST_CLOCK
let offsetMs = 0
const look = () => {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0
  } catch {
    offsetMs = 0
  }
}
look()
setInterval(look, 50).unref()

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + offsetMs] : args))
  }
  static now() {
    return RealDate.now() + offsetMs
  }
}
