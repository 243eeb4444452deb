// The package declares its other files; this one is loaded for what it does.
declare module 'elkjs/lib/elk-worker.min.js'
