import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'

writeFileSync('built', randomUUID())
