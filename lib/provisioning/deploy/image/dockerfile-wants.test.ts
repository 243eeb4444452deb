import { describe, expect, it } from 'vitest'

import { wantsOf } from './dockerfile-wants'

describe('what a Dockerfile asks for', () => {
  it.each([
    ['ARG ONE', ['ONE']],
    ['arg ONE=1 TWO="2 3"\nFROM x', ['ONE', 'TWO']],
    ['ARG ONE \\\n    TWO', ['ONE', 'TWO']],
    ['RUN echo ARG ONE\nENV ARG=1', []],
  ])('as arguments: %j', (text, names) => expect([...wantsOf(text).args].filter((name) => /^[A-Z]+$/.test(name))).toEqual(names))

  it.each([
    ['RUN --mount=type=secret,id=TOKEN npm ci', ['TOKEN']],
    ['RUN --mount=id=TOKEN,type=secret,required=true npm ci', ['TOKEN']],
    ['RUN --mount=type=cache,id=TOKEN,target=/c --mount="type=secret,id=OTHER" \\\n  --mount=type=secret,target=/run/THIRD make', ['OTHER', 'THIRD']],
    ['RUN --mount=type=secret,id=A --mount=type=secret,id=B x', ['A', 'B']],
    ['RUN --mount=type=bind,source=x,target=/y make', []],
  ])('as secrets: %j', (text, names) => expect([...wantsOf(text).secrets]).toEqual(names))
})
