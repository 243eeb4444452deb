// Configuration files are programs; they are read as text, never run. Comments are taken out first, so that an example in
// a comment decides nothing.

/** Text of a JavaScript or TypeScript file without comments; strings stay as they are. */
export function withoutComments(text: string): string {
  return text.replace(/("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_, string?: string) => string ?? '')
}

/** The string that a property is set to, such as `outDir: 'public'`. */
export function stringProperty(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined
  return new RegExp(`(?<![\\w.$])['"]?${name}['"]?\\s*:\\s*['"\`]([^'"\`\\n$]+)['"\`]`).exec(withoutComments(text))?.[1]
}

/** Whether a property is set to exactly this bare word, such as `ssr: false`. */
export function hasProperty(text: string | undefined, name: string, value: string): boolean {
  if (text === undefined) return false
  return new RegExp(`(?<![\\w.$])['"]?${name}['"]?\\s*:\\s*${value}\\b`).test(withoutComments(text))
}

/** The value of a flag in a script, such as `--outDir site` or `--outDir=site`. */
export function flagValue(script: string, flag: string): string | undefined {
  return new RegExp(`(?:^|\\s)${flag}(?:=|\\s+)["']?([^\\s"'&|;]+)`).exec(script)?.[1]
}

/** A folder named in a configuration as one inside the package; undefined for one that leads out of it. */
export function safeFolder(folder: string | undefined): string | undefined {
  const tidy = folder?.trim().replace(/^(\.\/)+/, '').replace(/\/+$/, '')
  if (!tidy || tidy.startsWith('/') || tidy.split('/').includes('..') || tidy.includes('\\')) return undefined
  return tidy
}
