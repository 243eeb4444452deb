import type { Source } from '../contract/source'
import { parseReference } from './image-reference'
import { TEMPLATES_CATALOGUE } from './template'

// A service that is drawn without a name is named after where its code comes from.

const MAX_LENGTH = 50

/** The repository, folder or template of a source as a name for its service; always one that a person could have given. */
export function nameOfSource(source: Source): string {
  return usable(rawName(source)) || 'service'
}

function rawName(source: Source): string {
  switch (source.type) {
    case 'git':
      return lastPart(source.url.replace(/[?#].*$/, '')).replace(/\.git$/i, '')
    case 'local':
      return lastPart(source.path)
    case 'upload':
      return source.name
    case 'image':
      return lastPart(parseReference(source.reference).repository)
    case 'database':
      return source.engine
    case 'template':
      return TEMPLATES_CATALOGUE.flatMap(({ services }) => services).find(({ template }) => template === source.template)?.name ?? lastPart(source.template)
  }
}

function lastPart(path: string): string {
  return path.split(/[/:]/).findLast((part) => part !== '' && part !== '.' && part !== '..') ?? ''
}

function usable(name: string): string {
  const clean = name.replace(/[\p{C}\p{Zl}\p{Zp}{}$"\s]+/gu, '-')
  // A character outside the basic plane counts twice and must not be cut in half.
  return clean.slice(0, MAX_LENGTH).replace(/\p{Cs}$/u, '').replace(/^[-\s]+|[-\s]+$/g, '')
}
