// Runs in the browser before anything else of the console does. Libraries that bring styles of their own (the terminal, toasts, the
// lock of scrolling below dialogs) write them into `<style>` elements, which the page's policy allows only with the nonce of its
// answer. None of them can be handed one in time, so every such element that a script makes gets it; one that came with markup does not.
const { nonce } = document.querySelector<HTMLScriptElement>('script[nonce]') ?? { nonce: '' }
const create = document.createElement

document.createElement = function createElement(this: Document, name: string, options?: ElementCreationOptions) {
  const element = create.call(this, name, options)
  if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce
  return element
} as typeof document.createElement

// zod tries whether it may make functions of text, which the policy refuses and reports. It asks this before it tries.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
