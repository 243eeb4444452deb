import { PLACES } from '../contract'

const HEAD = `// Written by \`npm run openapi\`, from the contract: name and path of every operation, typed by its entry. What runs in a browser asks
// through these, so that no schema is loaded there but those that a form checks what was typed with.
`

/** What a canvas asks before anybody does something on it. They stand in a file of their own, so that the others are loaded later. */
const FIRST = ['branchGet', 'changeApply', 'environmentArrange', 'targetGet']

/** The text of lib/contract/doors.ts. */
export function doorsText(): string {
  return textOf(PLACES)
}

/** The text of lib/contract/first-doors.ts. */
export function firstDoorsText(): string {
  return textOf(PLACES.filter(({ constant }) => FIRST.includes(constant)))
}

function textOf(all: typeof PLACES): string {
  const modules = [...new Set(all.map(({ module }) => module))].toSorted()
  const imports = [...modules, 'entry'].toSorted().map((module) => (module === 'entry' ? "import type { Door, Entry } from './entry'" : `import type * as ${module} from './${module}'`))
  const places = all.toSorted((a, b) => (a.constant < b.constant ? -1 : 1))
  const doors = places.map(({ module, constant, entry }) => `export const ${constant} = /* @__PURE__ */ door<typeof ${module}.${constant}>('${entry.name}', '${entry.http.path}')`)
  const make = "function door<E extends Entry>(name: string, path: string): Door<E['input'], E['output']> {\n  return { name, http: { path } }\n}"
  return `${HEAD}${imports.join('\n')}\n\n${make}\n\n${doors.join('\n')}\n`
}
