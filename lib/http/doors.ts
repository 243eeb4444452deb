import { PLACES } from '../contract'

const HEAD = `// Written by \`npm run openapi\`, from the contract: name and path of every operation, typed by its entry. What runs in a browser asks
// through these, so that no schema is loaded there but those that a form checks what was typed with.
`

/** The text of lib/contract/doors.ts. */
export function doorsText(): string {
  const modules = [...new Set(PLACES.map(({ module }) => module))].toSorted()
  const imports = [...modules, 'entry'].toSorted().map((module) => (module === 'entry' ? "import type { Door, Entry } from './entry'" : `import type * as ${module} from './${module}'`))
  const places = PLACES.toSorted((a, b) => (a.constant < b.constant ? -1 : 1))
  const doors = places.map(({ module, constant, entry }) => `export const ${constant} = /* @__PURE__ */ door<typeof ${module}.${constant}>('${entry.name}', '${entry.http.path}')`)
  const make = "function door<E extends Entry>(name: string, path: string): Door<E['input'], E['output']> {\n  return { name, http: { path } }\n}"
  return `${HEAD}${imports.join('\n')}\n\n${make}\n\n${doors.join('\n')}\n`
}
