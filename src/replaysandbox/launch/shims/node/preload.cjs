// Runs at the start of each Node process and worker of the child: Node before 24 looks at no proxy, and an app's own
// Agent never does. All of fetch, https, http, http2, axios and undici end in net.Socket's connect: where the host
// is an imitated one, connect to the sandbox's port instead, which answers TLS by SNI with that host's certificate.
// Everything else is untouched. When the sandbox is gone the connection is refused: it never falls back to the live
// host. Plain old JavaScript, silent on any failure of its own: it runs in the app's process, not in ours.
'use strict';

(function () {
  try {
    const hosts = new Set((process.env.REPLAYSANDBOX_HOSTS || '').toLowerCase().split(',').filter(Boolean));
    const proxy = hosts.size > 0 && new URL(process.env.REPLAYSANDBOX_PROXY);
    if (!proxy) return;
    const door = { host: proxy.hostname.replace(/^\[|\]$/g, ''), port: Number(proxy.port) };
    const net = require('net');
    const tls = require('tls');

    const imitated = (host) => typeof host === 'string' && hosts.has(host.toLowerCase().replace(/\.$/, ''));

    // What connect() was called with, as one object: (options), (port, host), (path), or what net itself hands on.
    const asOptions = (args) => {
      const first = Array.isArray(args[0]) ? args[0][0] : args[0];
      if (first !== null && typeof first === 'object') return first;
      const host = typeof args[1] === 'string' ? args[1] : undefined;
      const options = args.find((arg) => arg !== null && typeof arg === 'object');
      return Object.assign({ port: first, host: host }, options);
    };

    const replace = (owner, name, make) => {
      const original = owner[name];
      const wrapper = make(original);
      Object.defineProperty(wrapper, 'name', { value: original.name });
      Object.defineProperty(wrapper, 'length', { value: original.length });
      owner[name] = wrapper;
    };

    replace(net.Socket.prototype, 'connect', (original) => function (...args) {
      const options = asOptions(args);
      if (options.path || !imitated(options.host)) return original.apply(this, args);
      const callbacks = (Array.isArray(args[0]) ? args[0] : args).filter((arg) => typeof arg === 'function');
      return original.call(this, Object.assign({}, options, door), ...callbacks);
    });

    // A bare tls.connect sends no SNI unless told to; without it the sandbox could not know which host is meant.
    replace(tls, 'connect', (original) => function (...args) {
      const options = asOptions(args);
      if (options.socket || options.path || options.servername || !imitated(options.host)) {
        return original.apply(this, args);
      }
      const callbacks = args.filter((arg) => typeof arg === 'function');
      return original.call(this, Object.assign({}, options, { servername: options.host }), ...callbacks);
    });

    require('module').syncBuiltinESMExports();
  } catch (error) {
    // The app runs as it would without us.
  }
})();
