// What runs beside the page: ELK takes over the messages of the worker it is loaded in.
import 'elkjs/lib/elk-worker.min.js'
