import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

import type { z } from 'zod'

/** Objects of a stream of JSON, one per line: events, and the progress of pulls and pushes. */
export async function* readJsonLines<T>(body: Readable, schema: z.ZodType<T>): AsyncGenerator<T> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield schema.parse(JSON.parse(line))
  }
  if (rest.trim() !== '') yield schema.parse(JSON.parse(rest))
}
